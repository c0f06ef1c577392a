//! A stack as the generator sees it: blocks that can be edited and dropped, and what is known of each.

use std::fmt::Write as _;

/// A block of HCL; its expressions are text.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) labels: Vec<String>,
    pub(crate) items: Vec<Item>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Item {
    Argument { name: String, value: String },
    Block(Block),
}

impl Block {
    pub(crate) fn new(kind: &str, labels: &[&str]) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Self { kind: kind.to_owned(), labels, items: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.items.iter().find_map(|item| match item {
            Item::Argument { name: n, value } if n == name => Some(value.as_str()),
            _ => None,
        })
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        for item in &mut self.items {
            if let Item::Argument { name: n, value: v } = item
                && n == name
            {
                *v = value;
                return;
            }
        }
        self.items.push(Item::Argument { name: name.to_owned(), value });
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.items.retain(|item| !matches!(item, Item::Argument { name: n, .. } if n == name));
    }

    /// The nested block of that kind, made where there is none.
    pub(crate) fn nested(&mut self, kind: &str) -> &mut Block {
        let at = self.items.iter().position(|i| matches!(i, Item::Block(b) if b.kind == kind));
        let at = at.unwrap_or_else(|| {
            self.items.push(Item::Block(Self::new(kind, &[])));
            self.items.len() - 1
        });
        match &mut self.items[at] {
            Item::Block(block) => block,
            Item::Argument { .. } => unreachable!("the position is a block's"),
        }
    }

    /// Calls `change` with the name and the value of every argument, nested ones too; `false` drops the argument.
    pub(crate) fn each_value(&mut self, change: &mut dyn FnMut(&str, &mut String) -> bool) {
        self.items.retain_mut(|item| match item {
            Item::Argument { name, value } => change(name, value),
            Item::Block(block) => {
                block.each_value(change);
                true
            }
        });
    }

    pub(crate) fn print(&self, indent: usize, out: &mut String) {
        let pad = "  ".repeat(indent);
        out.push_str(&pad);
        out.push_str(&self.kind);
        for label in &self.labels {
            let _ = write!(out, " \"{label}\"");
        }
        out.push_str(" {\n");
        for item in &self.items {
            match item {
                Item::Argument { name, value } => {
                    let _ = writeln!(out, "{pad}  {name} = {value}");
                }
                Item::Block(block) => block.print(indent + 1, out),
            }
        }
        out.push_str(&pad);
        out.push_str("}\n");
    }
}

/// What an expression yields. Collections hold strings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ty {
    Text,
    Number,
    Bool,
    List,
    Map,
}

/// What is known of a value before anything runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    pub(crate) ty: Ty,
    /// Known while planning, on any path.
    pub(crate) known: bool,
    pub(crate) sensitive: bool,
}

/// How often a resource or a module call is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Repeat {
    Once,
    Count,
    Each,
    /// OpenTofu's `enabled`.
    Enabled,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum What {
    Variable(Facts),
    Local(Facts),
    /// What its `input` is.
    Resource(Facts, Repeat),
    /// The folder it calls.
    Call(String, Repeat),
    Output(Facts),
    Other,
}

/// A top-level block and its name in references.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entity {
    pub(crate) name: String,
    pub(crate) what: What,
    pub(crate) block: Block,
}

impl Entity {
    /// How expressions refer to it, as far as they do.
    pub(crate) fn reference(&self) -> Option<String> {
        match self.what {
            What::Variable(_) => Some(format!("var.{}", self.name)),
            What::Local(_) => Some(format!("local.{}", self.name)),
            What::Resource(..) => Some(format!("terraform_data.{}", self.name)),
            What::Call(..) => Some(format!("module.{}", self.name)),
            What::Output(_) | What::Other => None,
        }
    }
}

/// One folder of files. The root's name is empty, others' is their path.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) entities: Vec<Entity>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Stack {
    /// A folder comes after those that it calls; the root is last.
    pub(crate) folders: Vec<Folder>,
    /// What `terraform.tfvars` says.
    pub(crate) values: Vec<(String, String)>,
}

impl Stack {
    pub(crate) fn root(&self) -> &Folder {
        self.folders.last().expect("a stack has a root")
    }

    pub(crate) fn root_mut(&mut self) -> &mut Folder {
        self.folders.last_mut().expect("a stack has a root")
    }

    pub(crate) fn folder(&self, name: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.name == name)
    }

    /// Every file, by path.
    pub(crate) fn files(&self, extension: &str) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for folder in &self.folders {
            let mut text = String::new();
            for entity in &folder.entities {
                entity.block.print(0, &mut text);
            }
            let file = format!("main.{extension}");
            let path =
                if folder.name.is_empty() { file } else { format!("{}/{file}", folder.name) };
            files.push((path, text));
        }
        if !self.values.is_empty() {
            let lines = self.values.iter().map(|(name, value)| format!("{name} = {value}\n"));
            files.push(("terraform.tfvars".to_owned(), lines.collect()));
        }
        files
    }

    /// What `init` would note of the module calls, so that no run of it is needed: all are folders of the stack.
    pub(crate) fn manifest(&self) -> serde_json::Value {
        let mut modules = vec![serde_json::json!({"Key": "", "Source": "", "Dir": "."})];
        self.note_calls(self.root(), "", &mut modules);
        serde_json::json!({ "Modules": modules })
    }

    fn note_calls(&self, folder: &Folder, key: &str, modules: &mut Vec<serde_json::Value>) {
        for entity in &folder.entities {
            let What::Call(dir, _) = &entity.what else { continue };
            let source = source_of(&folder.name, dir);
            let key =
                if key.is_empty() { entity.name.clone() } else { format!("{key}.{}", entity.name) };
            modules.push(serde_json::json!({
                "Key": key, "Source": source, "Dir": dir,
            }));
            if let Some(called) = self.folder(dir) {
                self.note_calls(called, &key, modules);
            }
        }
    }
}

/// How a folder names another as a module's source.
pub(crate) fn source_of(from: &str, to: &str) -> String {
    if from.is_empty() {
        format!("./{to}")
    } else {
        format!("../{}", to.trim_start_matches("mods/"))
    }
}

/// Whether `text` names `reference`, and not something longer.
pub(crate) fn mentions(text: &str, reference: &str) -> bool {
    find_mention(text, reference, 0).is_some()
}

pub(crate) fn rename_mentions(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = find_mention(text, from, at) {
        out.push_str(&text[at..found]);
        out.push_str(to);
        at = found + from.len();
    }
    out.push_str(&text[at..]);
    out
}

fn find_mention(text: &str, reference: &str, from: usize) -> Option<usize> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = from;
    while let Some(offset) = text[at..].find(reference) {
        let start = at + offset;
        let end = start + reference.len();
        let before = start.checked_sub(1).map(|i| text.as_bytes()[i]);
        let after = text.as_bytes().get(end).copied();
        let is_whole =
            !before.is_some_and(|b| is_name(b) || b == b'.') && !after.is_some_and(is_name);
        if is_whole {
            return Some(start);
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_name_is_no_mention() {
        let text = "terraform_data.r12.id, module.m.terraform_data.r1, terraform_data.r1[0]";
        assert_eq!(
            rename_mentions(text, "terraform_data.r1", "x"),
            "terraform_data.r12.id, module.m.terraform_data.r1, x[0]"
        );
    }
}
