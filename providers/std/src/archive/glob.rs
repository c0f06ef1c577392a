//! Patterns for paths: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any number of folders.
//!
//! Time is at most the product of both lengths for each alternative, and alternatives are bounded.

/// The pattern cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct BadPattern(pub(super) String);

/// A pattern with its braces worked out.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Vec<Segment>>);

#[derive(Debug)]
enum Segment {
    AnyFolders,
    Name(Vec<Part>),
}

#[derive(Debug)]
enum Part {
    Any,
    One,
    Character(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

const MOST_ALTERNATIVES: usize = 1_000;

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, BadPattern> {
        let bad = |why: &str| BadPattern(format!("the pattern {text:?} {why}"));
        let mut alternatives = vec![String::new()];
        expand(text, &mut alternatives).map_err(bad)?;
        let parse = |alternative: &String| {
            let segments = alternative.split('/').map(|segment| match segment {
                "**" => Some(Segment::AnyFolders),
                name => parts(name).map(Segment::Name),
            });
            segments.collect::<Option<Vec<_>>>().ok_or_else(|| bad("has a [ without its ]"))
        };
        Ok(Self(alternatives.iter().map(parse).collect::<Result<_, _>>()?))
    }

    /// Whether a path, with `/` between its names, is meant.
    pub(super) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        self.0.iter().any(|segments| {
            any_run(
                segments,
                &names,
                |segment| matches!(segment, Segment::AnyFolders),
                |segment, name| match segment {
                    Segment::Name(parts) => is_name(parts, name),
                    Segment::AnyFolders => false,
                },
            )
        })
    }
}

fn is_name(parts: &[Part], name: &str) -> bool {
    let characters: Vec<char> = name.chars().collect();
    any_run(
        parts,
        &characters,
        |part| matches!(part, Part::Any),
        |part, c| match part {
            Part::Any => false,
            Part::One => true,
            Part::Character(own) => own == c,
            Part::Class { negated, ranges } => {
                ranges.iter().any(|(from, to)| (from..=to).contains(&c)) != *negated
            }
        },
    )
}

/// Matches a sequence against patterns of which some stand for any run. When a run turns out too short, only the last one is
/// made longer: what an earlier one could gain, the last can too.
fn any_run<P, T>(
    patterns: &[P],
    items: &[T],
    is_run: impl Fn(&P) -> bool,
    is_one: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut p, mut i) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    while i < items.len() {
        if patterns.get(p).is_some_and(&is_run) {
            last_run = Some((p, i));
            p += 1;
        } else if patterns.get(p).is_some_and(|pattern| is_one(pattern, &items[i])) {
            p += 1;
            i += 1;
        } else if let Some((run, from)) = last_run {
            last_run = Some((run, from + 1));
            (p, i) = (run + 1, from + 1);
        } else {
            return false;
        }
    }
    patterns[p..].iter().all(is_run)
}

/// Appends the text to each alternative, once for each way through its braces.
fn expand(text: &str, alternatives: &mut Vec<String>) -> Result<(), &'static str> {
    let mut rest = text;
    while let Some(open) = find(rest, '{') {
        alternatives.iter_mut().for_each(|a| a.push_str(&rest[..open]));
        let close = closing(&rest[open..]).ok_or("has a { without its }")? + open;
        let mut longer = Vec::new();
        for choice in choices(&rest[open + 1..close]) {
            let mut each = alternatives.clone();
            expand(choice, &mut each)?;
            longer.append(&mut each);
            if longer.len() > MOST_ALTERNATIVES {
                return Err("has too many alternatives");
            }
        }
        *alternatives = longer;
        rest = &rest[close + 1..];
    }
    alternatives.iter_mut().for_each(|a| a.push_str(rest));
    Ok(())
}

/// Positions of characters that are not escaped, with the depth of braces they are at.
fn unescaped(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut is_escaped, mut depth) = (false, 0_usize);
    text.char_indices().filter_map(move |(at, c)| {
        if std::mem::take(&mut is_escaped) {
            return None;
        }
        match c {
            '\\' => {
                is_escaped = true;
                return None;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        Some((at, c, depth))
    })
}

fn find(text: &str, what: char) -> Option<usize> {
    unescaped(text).find(|(_, c, _)| *c == what).map(|(at, ..)| at)
}

fn closing(text: &str) -> Option<usize> {
    unescaped(text).find(|(_, c, depth)| *c == '}' && *depth == 0).map(|(at, ..)| at)
}

fn choices(text: &str) -> Vec<&str> {
    let mut from = 0;
    let commas = unescaped(text).filter(|(_, c, depth)| *c == ',' && *depth == 0);
    let mut all: Vec<&str> = commas
        .map(|(at, ..)| {
            let choice = &text[from..at];
            from = at + 1;
            choice
        })
        .collect();
    all.push(&text[from..]);
    all
}

fn parts(name: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut characters = name.chars();
    while let Some(c) = characters.next() {
        parts.push(match c {
            '*' => Part::Any,
            '?' => Part::One,
            '[' => class(&mut characters)?,
            '\\' => Part::Character(characters.next()?),
            c => Part::Character(c),
        });
    }
    Some(parts)
}

fn class(characters: &mut std::str::Chars<'_>) -> Option<Part> {
    let mut next = characters.next()?;
    let negated = matches!(next, '^' | '!');
    if negated {
        next = characters.next()?;
    }
    let mut ranges = Vec::new();
    loop {
        let from = if next == '\\' { characters.next()? } else { next };
        next = characters.next()?;
        let mut to = from;
        if next == '-' {
            to = characters.next()?;
            next = characters.next()?;
        }
        ranges.push((from, to));
        if next == ']' {
            return Some(Part::Class { negated, ranges });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_paths() {
        let yes = [
            ("*.txt", "a.txt"),
            ("a/**", "a/b/c"),
            ("a/**", "a"),
            ("**/*.pyc", "x.pyc"),
            ("**/*.pyc", "a/b/x.pyc"),
            ("a/**/z", "a/z"),
            ("{a,b{1,2}}/x", "b2/x"),
            ("[a-c]?[!x]", "bcd"),
            (r"\*", "*"),
            ("**/a/**/b", "a/x/a/b"),
        ];
        for (pattern, path) in yes {
            assert!(Pattern::parse(pattern).unwrap().matches(path), "{pattern} {path}");
        }
        let no = [
            ("*.txt", "a/b.txt"),
            ("a/*", "a/b/c"),
            ("[a-c]", "d"),
            ("a", "A"),
            (r"\*", "x"),
            ("a/**/z", "a/b"),
        ];
        for (pattern, path) in no {
            assert!(!Pattern::parse(pattern).unwrap().matches(path), "{pattern} {path}");
        }
        for bad in ["[", "[a", "{a", &"{a,b}".repeat(20)] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = Pattern::parse(&format!("{}b", "*a".repeat(200))).unwrap();
        assert!(!pattern.matches(&"a".repeat(20_000)));
    }
}
