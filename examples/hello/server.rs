//! Serves the files of a folder on a free port of this machine: `server FOLDER PORT_FILE`.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(port_file)) = (args.next(), args.next()) else {
        return Err(std::io::Error::other("usage: server FOLDER PORT_FILE"));
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    std::fs::write(port_file, format!("{}\n", listener.local_addr()?.port()))?;
    for stream in listener.incoming() {
        // A reader who goes away is no reason to stop.
        let _ = stream.and_then(|stream| answer(stream, Path::new(&folder)));
    }
    Ok(())
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = Path::new(request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/'));
    let stays_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let content = if stays_inside { std::fs::read(folder.join(path)).ok() } else { None };
    let (status, body) = match content {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", b"nothing here\n".to_vec()),
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(&body)
}
