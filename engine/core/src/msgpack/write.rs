//! The words of MessagePack, each in its shortest form.

/// Something shorter than 2^32, which is as long as anything in MessagePack can be.
fn length(len: usize) -> u32 {
    u32::try_from(len).expect("no value in memory has 2^32 parts")
}

pub(super) fn nil(out: &mut Vec<u8>) {
    out.push(0xc0);
}

pub(super) fn bool(value: bool, out: &mut Vec<u8>) {
    out.push(if value { 0xc3 } else { 0xc2 });
}

pub(super) fn int(value: i64, out: &mut Vec<u8>) {
    if let Ok(value) = u64::try_from(value) {
        if value < 0x80 {
            out.extend(value.to_be_bytes().last());
        } else if let Ok(value) = u8::try_from(value) {
            out.extend([0xcc, value]);
        } else {
            widened(&[0xcd, 0xce, 0xcf], value, out);
        }
    } else if value >= -32 {
        out.extend(value.to_be_bytes().last());
    } else if let Ok(value) = i8::try_from(value) {
        out.push(0xd0);
        out.extend(value.to_be_bytes());
    } else if let Ok(value) = i16::try_from(value) {
        out.push(0xd1);
        out.extend(value.to_be_bytes());
    } else if let Ok(value) = i32::try_from(value) {
        out.push(0xd2);
        out.extend(value.to_be_bytes());
    } else {
        out.push(0xd3);
        out.extend(value.to_be_bytes());
    }
}

pub(super) fn float(value: f64, out: &mut Vec<u8>) {
    out.push(0xcb);
    out.extend(value.to_be_bytes());
}

pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    let len = length(text.len());
    match u8::try_from(len) {
        Ok(short) if short < 32 => out.push(0xa0 | short),
        Ok(short) => out.extend([0xd9, short]),
        Err(_) => widened(&[0xda, 0xdb], len.into(), out),
    }
    out.extend(text.as_bytes());
}

pub(super) fn bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let len = length(bytes.len());
    match u8::try_from(len) {
        Ok(short) => out.extend([0xc4, short]),
        Err(_) => widened(&[0xc5, 0xc6], len.into(), out),
    }
    out.extend(bytes);
}

pub(super) fn array(len: usize, out: &mut Vec<u8>) {
    container(0x90, [0xdc, 0xdd], len, out);
}

pub(super) fn map(len: usize, out: &mut Vec<u8>) {
    container(0x80, [0xde, 0xdf], len, out);
}

fn container(short: u8, codes: [u8; 2], len: usize, out: &mut Vec<u8>) {
    let len = length(len);
    match u8::try_from(len) {
        Ok(len) if len < 16 => out.push(short | len),
        _ => widened(&codes, len.into(), out),
    }
}

pub(super) fn extension(kind: u8, body: &[u8], out: &mut Vec<u8>) {
    let len = length(body.len());
    match len {
        1 => out.push(0xd4),
        2 => out.push(0xd5),
        4 => out.push(0xd6),
        8 => out.push(0xd7),
        16 => out.push(0xd8),
        _ => match u8::try_from(len) {
            Ok(short) => out.extend([0xc7, short]),
            Err(_) => widened(&[0xc8, 0xc9], len.into(), out),
        },
    }
    out.push(kind);
    out.extend(body);
}

/// A number in the first of 2, 4 and 8 bytes that holds it, behind the code for that width.
fn widened(codes: &[u8], value: u64, out: &mut Vec<u8>) {
    if let Ok(value) = u16::try_from(value) {
        out.push(codes[0]);
        out.extend(value.to_be_bytes());
    } else if let Ok(value) = u32::try_from(value) {
        out.push(codes[1]);
        out.extend(value.to_be_bytes());
    } else {
        out.push(codes[2]);
        out.extend(value.to_be_bytes());
    }
}
