//! Random stacks, and random edits of them.

use std::fmt::Write as _;

/// Numbers that follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64, case: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ case.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(at)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Repeat {
    Once,
    Count(u64),
    Keys(Vec<&'static str>),
}

const KEYS: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Clone, Debug)]
struct Resource {
    number: u64,
    label: String,
    in_module: bool,
    repeat: Repeat,
    /// Numbers of resources whose ids it reads, and of those that it only comes after.
    reads: Vec<u64>,
    after: Vec<u64>,
    create_first: bool,
    size: u64,
    version: u64,
}

/// A stack: resources in the root module and in one that is called for every key.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    resources: Vec<Resource>,
    module_keys: Vec<&'static str>,
    moved: Vec<(bool, String, String)>,
    next: u64,
}

impl Stack {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let mut stack =
            Self { resources: Vec::new(), module_keys: keys(rng), moved: Vec::new(), next: 0 };
        for _ in 0..1 + rng.below(7) {
            stack.add(rng);
        }
        stack
    }

    fn add(&mut self, rng: &mut Rng) {
        let number = self.next;
        self.next += 1;
        let in_module = rng.chance(30);
        let others: Vec<u64> =
            self.resources.iter().filter(|r| r.in_module == in_module).map(|r| r.number).collect();
        let some = |rng: &mut Rng, percent| {
            others.iter().copied().filter(|_| rng.chance(percent)).collect::<Vec<_>>()
        };
        let (reads, after) = (some(rng, 35), some(rng, 10));
        self.resources.push(Resource {
            number,
            label: format!("r{number}"),
            in_module,
            repeat: repeat(rng),
            reads,
            after,
            create_first: rng.chance(30),
            size: rng.below(3),
            version: 0,
        });
    }

    /// Another stack that this may become.
    pub(crate) fn edited(&self, rng: &mut Rng) -> Self {
        let mut stack = self.clone();
        stack.moved.clear();
        stack.resources.retain(|_| !rng.chance(20));
        for resource in &mut stack.resources {
            resource.size += u64::from(rng.chance(25));
            resource.version += u64::from(rng.chance(20));
            resource.create_first ^= rng.chance(10);
            if rng.chance(20) {
                resource.repeat = repeat(rng);
            } else if rng.chance(15) {
                let label = format!("m{}", resource.label);
                stack.moved.push((resource.in_module, resource.label.clone(), label.clone()));
                resource.label = label;
            }
            resource.reads.retain(|_| !rng.chance(15));
        }
        let left: Vec<u64> = stack.resources.iter().map(|r| r.number).collect();
        for resource in &mut stack.resources {
            resource.reads.retain(|n| left.contains(n));
            resource.after.retain(|n| left.contains(n));
        }
        if rng.chance(30) {
            stack.module_keys = keys(rng);
        }
        if rng.chance(40) {
            stack.add(rng);
        }
        stack
    }

    /// The text of the root module, and of the module that it calls.
    pub(crate) fn text(&self) -> (String, String) {
        let mut root = String::new();
        let mut module = "variable \"tag\" {}\n".to_owned();
        for resource in &self.resources {
            let out = if resource.in_module { &mut module } else { &mut root };
            self.write(out, resource);
        }
        for (in_module, from, to) in &self.moved {
            let out = if *in_module { &mut module } else { &mut root };
            let _ =
                writeln!(out, "moved {{\n  from = fake_thing.{from}\n  to   = fake_thing.{to}\n}}");
        }
        let _ = writeln!(
            root,
            "module \"m\" {{\n  source   = \"./m\"\n  for_each = toset({:?})\n  tag      = each.key\n}}",
            self.module_keys
        );
        (root, module)
    }

    fn write(&self, out: &mut String, resource: &Resource) {
        let Resource { label, number, version, size, .. } = resource;
        let (repeat, key) = match &resource.repeat {
            Repeat::Once => (String::new(), ""),
            Repeat::Count(n) => (format!("  count  = {n}\n"), "-${count.index}"),
            Repeat::Keys(keys) => (format!("  for_each = toset({keys:?})\n"), "-${each.key}"),
        };
        let tag = if resource.in_module { "-${var.tag}" } else { "" };
        let find = |n: &u64| self.resources.iter().find(|r| r.number == *n);
        let ids: Vec<String> = resource.reads.iter().filter_map(find).map(ids).collect();
        let after: Vec<String> = resource.after.iter().filter_map(find).map(address).collect();
        let _ = writeln!(
            out,
            "resource \"fake_thing\" \"{label}\" {{\n{repeat}  name   = \"n{number}v{version}{tag}{key}\"\n  \
             size   = {size}\n  inputs = concat([], {})\n  depends_on = [{}]\n  \
             lifecycle {{\n    create_before_destroy = {}\n  }}\n}}",
            if ids.is_empty() { "[]".to_owned() } else { ids.join(", ") },
            after.join(", "),
            resource.create_first,
        );
    }
}

fn address(resource: &Resource) -> String {
    format!("fake_thing.{}", resource.label)
}

fn ids(resource: &Resource) -> String {
    let address = address(resource);
    match resource.repeat {
        Repeat::Once => format!("[{address}.id]"),
        Repeat::Count(_) => format!("{address}[*].id"),
        Repeat::Keys(_) => format!("[for k, v in {address} : v.id]"),
    }
}

fn repeat(rng: &mut Rng) -> Repeat {
    match rng.below(4) {
        0 => Repeat::Count(rng.below(4)),
        1 => Repeat::Keys(keys(rng)),
        _ => Repeat::Once,
    }
}

fn keys(rng: &mut Rng) -> Vec<&'static str> {
    KEYS.into_iter().filter(|_| rng.chance(45)).collect()
}
