//! Random expressions of a wanted type over what a folder declares.

use super::model::{Entity, Facts, Repeat, Stack, Ty, What};
use super::random::Random;

const INDEXES: [&str; 4] = ["[\"k0\"]", "[0]", "[each.key]", "[count.index]"];

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) stack: &'a Stack,
    /// What it may refer to: entities that come before it.
    pub(crate) visible: &'a [Entity],
    pub(crate) repeat: Repeat,
}

/// An expression and what is known of its value.
pub(crate) struct Expr {
    pub(crate) text: String,
    pub(crate) facts: Facts,
}

/// Makes expressions; what they refer to decides whether the value is known and whether it is secret.
pub(crate) struct Maker<'a, 'r> {
    place: Place<'a>,
    random: &'r mut Random,
    /// Nothing unknown and nothing sensitive may be used.
    plain: bool,
    known: bool,
    sensitive: bool,
}

impl<'a, 'r> Maker<'a, 'r> {
    /// An expression for a value, or, where it decides how often something is there, one that must be `plain`.
    pub(crate) fn make(place: Place<'a>, random: &'r mut Random, ty: Ty, plain: bool) -> Expr {
        let mut maker = Maker { place, random, plain, known: true, sensitive: false };
        let depth = maker.random.below(3) + 1;
        let text = maker.of(ty, depth);
        Expr { text, facts: Facts { ty, known: maker.known, sensitive: maker.sensitive } }
    }

    fn of(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 || self.random.chance(55) {
            if self.random.chance(75)
                && let Some(text) = self.reference(ty)
            {
                return text;
            }
            if depth == 0 {
                return literal(self.random, ty);
            }
        }
        let depth = depth.saturating_sub(1);
        match ty {
            Ty::Text => self.text(depth),
            Ty::Number => self.number(depth),
            Ty::Bool => self.boolean(depth),
            Ty::List => self.list(depth),
            Ty::Map => self.map(depth),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let mut part = |ty| self.of(ty, depth);
        let (a, b) = (part(Ty::Text), part(Ty::Text));
        match self.random.below(18) {
            0..=3 => format!("\"${{{a}}}-${{{b}}}\""),
            4 => format!("upper({a})"),
            5 => format!("join(\",\", {})", self.of(Ty::List, depth)),
            6 | 7 => format!("{} ? {a} : {b}", self.of(Ty::Bool, depth)),
            8 => format!("format(\"%s/%d\", {a}, {})", self.of(Ty::Number, depth)),
            // Terraform's `try` forgets that what is unknown was also secret.
            9 if !self.sensitive => {
                let list = self.operand(Ty::List, depth);
                if self.sensitive { a } else { format!("try({list}[0], {a})") }
            }
            10 => format!("lookup({}, \"k0\", {a})", self.of(Ty::Map, depth)),
            11 => format!("coalesce({a}, {b})"),
            12 => format!("jsonencode({})", self.of(Ty::Map, depth)),
            13 => format!("tostring({})", self.of(Ty::Number, depth)),
            14 if !self.plain => {
                self.sensitive = true;
                format!("sensitive({a})")
            }
            // What an id hashes or sorts to differs between any two runs.
            15 => format!("substr(sha1({}), 0, 6)", self.plain(Ty::Text, depth)),
            16 => format!("replace({a}, \"w\", \"v\")"),
            _ => format!("\"a ${{{a}}}%{{ if {} }} yes%{{ endif }}\"", self.of(Ty::Bool, depth)),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 => format!("length({})", self.of(Ty::List, depth)),
            1 => format!("length({})", self.of(Ty::Map, depth)),
            2 => format!("{} + 1", self.operand(Ty::Number, depth)),
            3 => format!("max({}, {})", self.of(Ty::Number, depth), self.of(Ty::Number, depth)),
            4 => {
                let condition = self.operand(Ty::Bool, depth);
                format!(
                    "{condition} ? {} : {}",
                    self.of(Ty::Number, depth),
                    self.of(Ty::Number, depth)
                )
            }
            _ => literal(self.random, Ty::Number),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        match self.random.below(7) {
            0 => format!("{} == {}", self.operand(Ty::Text, depth), self.operand(Ty::Text, depth)),
            1 => format!("{} > 1", self.operand(Ty::Number, depth)),
            2 => format!("length({}) > 0", self.of(Ty::List, depth)),
            3 => format!("contains({}, {})", self.of(Ty::List, depth), self.of(Ty::Text, depth)),
            4 => format!("!({})", self.of(Ty::Bool, depth)),
            // Before 1.12 Terraform takes `&&` with something unknown for unknown, whatever else stands there.
            5 => format!("{} && {}", self.plain_bool(depth), self.plain_bool(depth)),
            _ => format!("alltrue([{}, {}])", self.of(Ty::Bool, depth), self.of(Ty::Bool, depth)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        match self.random.below(9) {
            0 | 1 => format!("[{}, {}]", self.of(Ty::Text, depth), self.of(Ty::Text, depth)),
            2 => format!("[for x in {} : upper(x)]", self.of(Ty::List, depth)),
            3 => format!("[for k, v in {} : \"${{k}}=${{v}}\"]", self.of(Ty::Map, depth)),
            4 => format!("keys({})", self.of(Ty::Map, depth)),
            5 => format!("values({})", self.of(Ty::Map, depth)),
            6 => format!("sort({})", self.plain(Ty::List, depth)),
            7 => format!("concat({}, {})", self.of(Ty::List, depth), self.of(Ty::List, depth)),
            _ => format!("tolist([for x in {} : x if x != \"w1\"])", self.of(Ty::List, depth)),
        }
    }

    fn map(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 | 1 => format!(
                "{{ k0 = {}, k1 = {} }}",
                self.of(Ty::Text, depth),
                self.of(Ty::Text, depth)
            ),
            2 if !self.plain => {
                let keys = self.plain(Ty::List, depth);
                format!("{{ for x in toset({keys}) : x => {} }}", self.of(Ty::Text, depth))
            }
            3 => format!("merge({}, {})", self.of(Ty::Map, depth), self.of(Ty::Map, depth)),
            4 => format!("{{ for k, v in {} : k => \"${{v}}!\" }}", self.of(Ty::Map, depth)),
            _ => literal(self.random, Ty::Map),
        }
    }

    /// An expression that refers to nothing unknown and nothing sensitive.
    fn plain(&mut self, ty: Ty, depth: usize) -> String {
        let plain = std::mem::replace(&mut self.plain, true);
        let text = self.of(ty, depth);
        self.plain = plain;
        text
    }

    fn plain_bool(&mut self, depth: usize) -> String {
        let plain = std::mem::replace(&mut self.plain, true);
        let text = self.operand(Ty::Bool, depth);
        self.plain = plain;
        text
    }

    /// An expression in parentheses, where an operator stands beside it.
    fn operand(&mut self, ty: Ty, depth: usize) -> String {
        let text = self.of(ty, depth);
        let is_simple = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._[]\"".contains(&b));
        if is_simple { text } else { format!("({text})") }
    }

    /// A reference to something of that type.
    fn reference(&mut self, ty: Ty) -> Option<String> {
        let place = self.place;
        let mut choices: Vec<(String, Facts)> = Vec::new();
        let mut offer = |text: String, known: bool, sensitive: bool| {
            choices.push((text, Facts { ty, known, sensitive }));
        };
        match (place.repeat, ty) {
            (Repeat::Count, Ty::Number) => offer("count.index".to_owned(), true, false),
            (Repeat::Count, Ty::Text) => offer("\"c${count.index}\"".to_owned(), true, false),
            (Repeat::Each, Ty::Text) => {
                offer("each.key".to_owned(), true, false);
                offer("each.key".to_owned(), true, false);
                offer("\"${each.value}\"".to_owned(), false, false);
            }
            _ => {}
        }
        for entity in place.visible {
            let Some(reference) = entity.reference() else { continue };
            match &entity.what {
                What::Variable(f) | What::Local(f) if f.ty == ty => {
                    offer(reference, f.known, f.sensitive);
                }
                What::Resource(facts, repeat) => {
                    resource_choices(&reference, *facts, *repeat, place.repeat, ty, &mut offer);
                }
                What::Call(folder, repeat) => {
                    call_choices(place.stack, &reference, folder, *repeat, ty, &mut offer);
                }
                _ => {}
            }
        }
        if self.plain {
            choices.retain(|(_, facts)| facts.known && !facts.sensitive);
        }
        let (text, facts) = self.random.pick(&choices)?.clone();
        self.known &= facts.known;
        self.sensitive |= facts.sensitive;
        // The instance may not be there; that is an error worth trying, but not all the time.
        let is_indexed = INDEXES.iter().any(|index| text.contains(index));
        if is_indexed && !facts.sensitive && self.random.chance(85) {
            let otherwise = literal(self.random, ty);
            return Some(format!("try({text}, {otherwise})"));
        }
        Some(text)
    }
}

fn resource_choices(
    reference: &str,
    facts: Facts,
    repeat: Repeat,
    here: Repeat,
    ty: Ty,
    offer: &mut dyn FnMut(String, bool, bool),
) {
    let mut instance = |at: String| {
        if ty == Ty::Text {
            offer(format!("{at}.id"), false, false);
        }
        if facts.ty == ty {
            offer(format!("{at}.output"), false, facts.sensitive);
            offer(format!("{at}.input"), facts.known, facts.sensitive);
        }
    };
    match repeat {
        Repeat::Once | Repeat::Enabled => instance(reference.to_owned()),
        Repeat::Count => {
            instance(format!("{reference}[0]"));
            if here == Repeat::Count {
                instance(format!("{reference}[count.index]"));
            }
        }
        Repeat::Each => {
            instance(format!("{reference}[\"k0\"]"));
            if here == Repeat::Each {
                instance(format!("{reference}[each.key]"));
            }
        }
    }
    match (repeat, ty) {
        (Repeat::Count | Repeat::Each, Ty::Number) => {
            offer(format!("length({reference})"), true, false);
        }
        (Repeat::Count, Ty::List) => {
            offer(format!("{reference}[*].id"), false, false);
            if facts.ty == Ty::Text {
                offer(format!("{reference}[*].output"), false, facts.sensitive);
                offer(format!("{reference}.*.output"), false, facts.sensitive);
            }
        }
        (Repeat::Once, Ty::List) => offer(format!("{reference}[*].id"), false, false),
        (Repeat::Each, Ty::List) => {
            offer(format!("values({reference})[*].id"), false, false);
            offer(format!("keys({reference})"), true, false);
        }
        (Repeat::Each, Ty::Map) => {
            offer(format!("{{ for k, v in {reference} : k => v.id }}"), false, false);
            if facts.ty == Ty::Text {
                offer(
                    format!("{{ for k, v in {reference} : k => v.output }}"),
                    false,
                    facts.sensitive,
                );
            }
        }
        _ => {}
    }
}

fn call_choices(
    stack: &Stack,
    reference: &str,
    folder: &str,
    repeat: Repeat,
    ty: Ty,
    offer: &mut dyn FnMut(String, bool, bool),
) {
    let Some(folder) = stack.folder(folder) else { return };
    for output in &folder.entities {
        let What::Output(facts) = output.what else { continue };
        let name = &output.name;
        if facts.ty == ty {
            match repeat {
                Repeat::Once | Repeat::Enabled => {
                    offer(format!("{reference}.{name}"), false, facts.sensitive);
                }
                Repeat::Count => offer(format!("{reference}[0].{name}"), false, facts.sensitive),
                Repeat::Each => {
                    offer(format!("{reference}[\"k0\"].{name}"), false, facts.sensitive);
                }
            }
        }
        if facts.ty == Ty::Text && ty == Ty::List {
            match repeat {
                Repeat::Count => offer(format!("{reference}[*].{name}"), false, facts.sensitive),
                Repeat::Each => {
                    offer(format!("values({reference})[*].{name}"), false, facts.sensitive);
                }
                Repeat::Once | Repeat::Enabled => {}
            }
        }
    }
}

/// A value written out.
pub(crate) fn literal(random: &mut Random, ty: Ty) -> String {
    match ty {
        Ty::Text => format!("\"w{}\"", random.below(8)),
        Ty::Number => random.below(4).to_string(),
        Ty::Bool => random.chance(50).to_string(),
        Ty::List => {
            let items: Vec<_> = (0..random.below(4)).map(|_| literal(random, Ty::Text)).collect();
            format!("[{}]", items.join(", "))
        }
        Ty::Map => {
            let keys: Vec<_> = (0..4).filter(|_| random.chance(50)).collect();
            let items: Vec<_> =
                keys.iter().map(|key| format!("k{key} = {}", literal(random, Ty::Text))).collect();
            if items.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", items.join(", ")) }
        }
    }
}
