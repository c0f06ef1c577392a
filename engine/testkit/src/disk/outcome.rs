//! What a power cut may leave.

use std::collections::{BTreeSet, HashSet};

use super::world::{Inode, Names, World, Write};

/// Disks write sectors whole; nothing larger.
const SECTOR: usize = 512;

/// One thing that may or may not have reached the disk: of a file's pending writes one sector, or a pending name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Piece {
    Sector { inode: u64, write: usize, sector: usize },
    Len { inode: u64, write: usize },
    Name(usize),
}

pub(super) fn outcomes(world: &World, most: usize, seed: u64) -> Vec<World> {
    let pieces = pieces(world);
    let n = pieces.len();
    let mut chosen: BTreeSet<Vec<bool>> = BTreeSet::new();
    if n < 20 && (1usize << n) <= most {
        for mask in 0..1usize << n {
            chosen.insert((0..n).map(|i| mask >> i & 1 == 1).collect());
        }
    } else {
        let mut random = seed;
        chosen.insert(vec![false; n]);
        chosen.insert(vec![true; n]);
        while chosen.len() < most {
            let kind = next(&mut random) % 4;
            let at = usize::try_from(next(&mut random) % n as u64).unwrap_or(0);
            let mut set: Vec<bool> = match kind {
                // All up to one, all but one, one alone, any.
                0 => (0..n).map(|i| i < at).collect(),
                1 => (0..n).map(|i| i != at).collect(),
                2 => (0..n).map(|i| i == at).collect(),
                _ => (0..n).map(|_| next(&mut random) & 1 == 1).collect(),
            };
            if !chosen.insert(set.clone()) {
                set[at] = !set[at];
                chosen.insert(set);
                if next(&mut random).is_multiple_of(16) && chosen.len() * 2 > most {
                    break;
                }
            }
        }
    }
    chosen.iter().map(|set| leave(world, &pieces, set)).collect()
}

/// xorshift64*, which is enough to draw with.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pieces(world: &World) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (id, inode) in &world.inodes {
        for (i, write) in inode.pending.iter().enumerate() {
            match write {
                Write::Len(_) => pieces.push(Piece::Len { inode: *id, write: i }),
                Write::Bytes(offset, bytes) => {
                    let sectors = sectors(*offset, bytes.len());
                    let piece = |sector| Piece::Sector { inode: *id, write: i, sector };
                    pieces.extend(sectors.map(piece));
                }
            }
        }
    }
    pieces.extend((0..world.pending_names.len()).map(Piece::Name));
    pieces
}

fn sectors(offset: usize, len: usize) -> std::ops::Range<usize> {
    offset / SECTOR..(offset + len).div_ceil(SECTOR)
}

fn leave(world: &World, pieces: &[Piece], set: &[bool]) -> World {
    let taken: HashSet<Piece> =
        pieces.iter().zip(set).filter(|(_, kept)| **kept).map(|(p, _)| *p).collect();
    let kept = |piece: Piece| taken.contains(&piece);
    let mut left = World::default();
    for (id, inode) in &world.inodes {
        let mut data = inode.durable.clone();
        for (i, write) in inode.pending.iter().enumerate() {
            match write {
                Write::Len(_) => {
                    if kept(Piece::Len { inode: *id, write: i }) {
                        write.make(&mut data);
                    }
                }
                Write::Bytes(offset, bytes) => {
                    for sector in sectors(*offset, bytes.len()) {
                        if !kept(Piece::Sector { inode: *id, write: i, sector }) {
                            continue;
                        }
                        let from = (sector * SECTOR).max(*offset);
                        let to = ((sector + 1) * SECTOR).min(offset + bytes.len());
                        Write::Bytes(from, bytes[from - offset..to - offset].to_vec())
                            .make(&mut data);
                    }
                }
            }
        }
        left.inodes.insert(*id, Inode { durable: data.clone(), data, pending: Vec::new() });
    }
    let mut names = world.durable_names.clone();
    for (i, op) in world.pending_names.iter().enumerate() {
        if kept(Piece::Name(i)) {
            op.make(&mut names);
        }
    }
    forget_unreachable(&mut names);
    left.names = names.clone();
    left.durable_names = names;
    left
}

/// What lies in a folder that was not made durable is gone with it.
fn forget_unreachable(names: &mut Names) {
    loop {
        let dirs = names.dirs.clone();
        let reachable = |path: &std::path::PathBuf| {
            path.parent().is_none_or(|p| p.as_os_str().is_empty() || dirs.contains(p))
        };
        let before = names.dirs.len() + names.files.len();
        names.dirs.retain(reachable);
        names.files.retain(|path, _| reachable(path));
        if names.dirs.len() + names.files.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wb_store::{Disk as _, Open};

    use crate::disk::SimDisk;

    #[test]
    fn what_was_synced_stays_and_what_was_not_may_go() {
        let disk = SimDisk::new();
        let path = Path::new("a");
        let mut file = disk.open(path, Open::New).unwrap();
        file.write_at(0, &[1; 600]).unwrap();
        file.sync().unwrap();
        disk.sync_dir(Path::new("")).unwrap();
        file.write_at(0, &[2; 600]).unwrap();
        let mut seen: Vec<(u8, u8)> = disk
            .outcomes(100, 1)
            .iter()
            .map(|d| {
                let bytes = d.read(path).unwrap();
                (bytes[0], bytes[599])
            })
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, [(1, 1), (1, 2), (2, 1), (2, 2)]);
    }

    #[test]
    fn a_name_that_was_not_synced_may_go() {
        let disk = SimDisk::new();
        let mut file = disk.open(Path::new("a"), Open::New).unwrap();
        file.sync().unwrap();
        let there = disk.outcomes(100, 1).iter().filter(|d| d.read(Path::new("a")).is_ok()).count();
        assert_eq!(there, 1);
    }
}
