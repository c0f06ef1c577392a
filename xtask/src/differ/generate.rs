//! Random stacks: a root and up to two folders that it calls, over `terraform_data`.

use super::expr::{Expr, Maker, Place, literal};
use super::model::{Block, Entity, Facts, Folder, Item, Repeat, Stack, Ty, What, source_of};
use super::random::Random;

/// Whose language the stacks are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    Terraform,
    Tofu,
}

/// A condition has to refer to something.
pub(crate) fn referring(condition: String) -> String {
    let refers = ["var.", "local.", "terraform_data.", "module.", "self."];
    if refers.iter().any(|prefix| condition.contains(prefix)) {
        return condition;
    }
    format!("({condition}) && path.module != \"\"")
}

/// The local that holds the names of the folders, for sources that are evaluated early.
const FOLDER_NAMES: &str = "folders";

/// Makes entities, each with a name of its own. What it makes refers to what is in the stack's last folder already.
pub(crate) struct Builder {
    pub(crate) random: Random,
    pub(crate) dialect: Dialect,
    next: usize,
}

impl Builder {
    pub(crate) fn new(random: Random, dialect: Dialect) -> Self {
        Self { random, dialect, next: 0 }
    }

    pub(crate) fn name(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }

    pub(crate) fn stack(&mut self) -> Stack {
        let mut stack = Stack::default();
        for _ in 0..self.random.weighted(&[(35, 0), (45, 1), (20, 2)]) {
            let name = self.name("mods/f");
            self.folder(&mut stack, name);
        }
        self.folder(&mut stack, String::new());
        stack
    }

    fn folder(&mut self, stack: &mut Stack, name: String) {
        let is_root = name.is_empty();
        stack.folders.push(Folder { name, entities: Vec::new() });
        for _ in 0..self.random.below(3) + usize::from(!is_root) {
            self.variable(stack, is_root);
        }
        if is_root && self.random.chance(12) {
            self.ephemeral(stack);
        }
        for _ in 0..self.random.below(3) {
            self.add(stack, Self::local);
        }
        if is_root && self.dialect == Dialect::Tofu && self.random.chance(35) {
            self.provider(stack);
        }
        if is_root && self.dialect == Dialect::Tofu {
            folder_names(stack);
        }
        for at in 0..stack.folders.len() - 1 {
            if is_root || self.random.chance(35) {
                let dir = stack.folders[at].name.clone();
                self.resource_or_local(stack);
                let call = self.call(stack, &dir);
                stack.root_mut().entities.push(call);
            }
        }
        let count = if is_root { self.random.below(5) + 3 } else { self.random.below(3) + 1 };
        for _ in 0..count {
            self.resource_or_local(stack);
        }
        for _ in 0..=self.random.below(3) {
            self.add(stack, Self::output);
        }
        if self.random.chance(25) {
            self.add(stack, Self::check);
        }
        if is_root && self.random.chance(12) {
            self.import(stack);
        }
    }

    /// Adds what `make` makes.
    pub(crate) fn add(&mut self, stack: &mut Stack, make: fn(&mut Self, &Stack) -> Entity) {
        let entity = make(self, stack);
        stack.root_mut().entities.push(entity);
    }

    fn resource_or_local(&mut self, stack: &mut Stack) {
        if self.random.chance(20) {
            self.add(stack, Self::local);
        }
        self.add(stack, Self::resource);
    }

    fn expr(&mut self, stack: &Stack, ty: Ty, plain: bool, repeat: Repeat) -> Expr {
        let visible = &stack.root().entities;
        Maker::make(Place { stack, visible, repeat }, &mut self.random, ty, plain)
    }

    pub(crate) fn ty(&mut self) -> Ty {
        self.random.weighted(&[
            (58, Ty::Text),
            (13, Ty::List),
            (15, Ty::Map),
            (7, Ty::Number),
            (7, Ty::Bool),
        ])
    }

    fn variable(&mut self, stack: &mut Stack, is_root: bool) {
        let name = self.name("v");
        let ty = self.ty();
        let known = is_root || self.random.chance(50);
        let sensitive =
            if is_root { self.random.chance(12) } else { !known && self.random.chance(25) };
        let spelled = match ty {
            Ty::Text => "string",
            Ty::Number => "number",
            Ty::Bool => "bool",
            Ty::List => "list(string)",
            Ty::Map => "map(string)",
        };
        let mut block = Block::new("variable", &[&name]).with("type", spelled);
        if sensitive && is_root {
            block.set("sensitive", "true");
        }
        if is_root || self.random.chance(20) {
            block.set("default", literal(&mut self.random, ty));
        }
        if is_root && self.random.chance(30) {
            stack.values.push((name.clone(), literal(&mut self.random, ty)));
        }
        if ty == Ty::Text && self.random.chance(15) {
            let forbidden = self.random.below(40);
            let validation = block.nested("validation");
            validation.set("condition", format!("var.{name} != \"w{forbidden}\""));
            validation.set("error_message", "\"not that one\"");
        }
        let what = What::Variable(Facts { ty, known, sensitive });
        stack.root_mut().entities.push(Entity { name, what, block });
    }

    /// An ephemeral variable, and a local that is one too; only provisioners and `ephemeralasnull` may use it.
    fn ephemeral(&mut self, stack: &mut Stack) {
        let name = self.name("e");
        let block = Block::new("variable", &[&name])
            .with("type", "string")
            .with("ephemeral", "true")
            .with("default", "\"gone\"");
        stack.root_mut().entities.push(Entity { name: name.clone(), what: What::Other, block });
        let local = self.name("l");
        let block = Block::new("locals", &[]).with(&local, format!("\"${{var.{name}}}!\""));
        stack.root_mut().entities.push(Entity { name: local.clone(), what: What::Other, block });
        let resource = self.name("r");
        let input = format!("coalesce(ephemeralasnull(local.{local}), \"none\")");
        let mut block = Block::new("resource", &["terraform_data", &resource]).with("input", input);
        if self.random.chance(4) {
            block.set("triggers_replace", format!("var.{name}"));
        }
        let provisioner = block.nested("provisioner");
        provisioner.labels.push("local-exec".to_owned());
        provisioner.set("command", "\"true\"");
        provisioner.set("environment", format!("{{ E = var.{name} }}"));
        let facts = Facts { ty: Ty::Text, known: true, sensitive: false };
        let what = What::Resource(facts, Repeat::Once);
        stack.root_mut().entities.push(Entity { name: resource, what, block });
    }

    pub(crate) fn local(&mut self, stack: &Stack) -> Entity {
        let name = self.name("l");
        let ty = self.ty();
        let plain = self.random.chance(40);
        let Expr { text, facts } = self.expr(stack, ty, plain, Repeat::Once);
        let block = Block::new("locals", &[]).with(&name, text);
        Entity { name, what: What::Local(facts), block }
    }

    pub(crate) fn resource(&mut self, stack: &Stack) -> Entity {
        let name = self.name("r");
        let enabled = if self.dialect == Dialect::Tofu { 25 } else { 0 };
        let repeat = self.random.weighted(&[
            (50, Repeat::Once),
            (22, Repeat::Count),
            (28, Repeat::Each),
            (enabled, Repeat::Enabled),
        ]);
        let mut block = Block::new("resource", &["terraform_data", &name]);
        self.repeat(stack, &mut block, repeat, true);
        let ty = self.ty();
        let Expr { text, facts } = self.expr(stack, ty, false, repeat);
        block.set("input", text);
        if self.random.chance(20) {
            let trigger = self.expr(stack, Ty::Text, false, repeat);
            block.set("triggers_replace", trigger.text);
        }
        if self.random.chance(10)
            && let Some(reference) = self.depended(stack)
        {
            block.set("depends_on", format!("[{reference}]"));
        }
        self.lifecycle(stack, &mut block, repeat);
        if self.random.chance(6) {
            self.provisioner(&mut block);
        }
        if self.random.chance(60)
            && let Some(provider) = self.provider_reference(stack)
        {
            block.set("provider", provider);
        }
        Entity { name, what: What::Resource(facts, repeat), block }
    }

    /// Sets the meta-argument that says how often the block is there.
    pub(crate) fn repeat(
        &mut self,
        stack: &Stack,
        block: &mut Block,
        repeat: Repeat,
        is_resource: bool,
    ) {
        match repeat {
            Repeat::Once => {}
            Repeat::Count => {
                let count = match self.random.below(4) {
                    0 => format!("{} ? 1 : 0", self.expr(stack, Ty::Bool, true, Repeat::Once).text),
                    1 => self.expr(stack, Ty::Number, true, Repeat::Once).text,
                    _ => (self.random.below(3) + 1).to_string(),
                };
                block.set("count", count);
            }
            Repeat::Each => {
                let for_each = self.for_each(stack, is_resource);
                block.set("for_each", for_each);
            }
            Repeat::Enabled => {
                let condition = self.expr(stack, Ty::Bool, true, Repeat::Once).text;
                block.nested("lifecycle").set("enabled", condition);
            }
        }
    }

    fn for_each(&mut self, stack: &Stack, is_resource: bool) -> String {
        if is_resource && self.random.chance(12) {
            let chained: Vec<_> = stack
                .root()
                .entities
                .iter()
                .filter(|e| matches!(e.what, What::Resource(_, Repeat::Each)))
                .filter_map(Entity::reference)
                .collect();
            if let Some(reference) = self.random.pick(&chained) {
                return format!("{{ for k, v in {reference} : k => v.id }}");
            }
        }
        match self.random.below(6) {
            0 => format!("toset({})", self.expr(stack, Ty::List, true, Repeat::Once).text),
            1 => self.expr(stack, Ty::Map, true, Repeat::Once).text,
            2 => {
                let condition = self.expr(stack, Ty::Bool, true, Repeat::Once).text;
                format!("toset({condition} ? [\"k0\", \"k1\"] : [\"k0\"])")
            }
            3 => {
                let value = self.expr(stack, Ty::Text, false, Repeat::Once);
                let keys = ["k0", "k1", "k2"][..=self.random.below(3)].join("\", \"");
                if value.facts.sensitive {
                    format!("toset([\"{keys}\"])")
                } else {
                    format!("{{ for k in [\"{keys}\"] : k => {} }}", value.text)
                }
            }
            _ => {
                let keys: Vec<_> =
                    (0..4).filter(|k| self.random.chance(if *k == 0 { 88 } else { 45 })).collect();
                let keys: Vec<_> = keys.iter().map(|k| format!("\"k{k}\"")).collect();
                format!("toset([{}])", keys.join(", "))
            }
        }
    }

    /// Something that `depends_on` may name.
    fn depended(&mut self, stack: &Stack) -> Option<String> {
        let entities = &stack.root().entities;
        let is_depended = |e: &&Entity| matches!(e.what, What::Resource(..) | What::Call(..));
        let names: Vec<_> =
            entities.iter().filter(is_depended).filter_map(Entity::reference).collect();
        self.random.pick(&names).cloned()
    }

    pub(crate) fn lifecycle(&mut self, stack: &Stack, block: &mut Block, repeat: Repeat) {
        if self.random.chance(25) {
            block.nested("lifecycle").set("create_before_destroy", "true");
        }
        if self.random.chance(8) {
            let ignored = self.random.weighted(&[
                (5, "[input]"),
                (2, "all"),
                (2, "[triggers_replace]"),
                (2, "[input[\"k0\"]]"),
            ]);
            block.nested("lifecycle").set("ignore_changes", ignored);
        }
        if self.random.chance(3) {
            block.nested("lifecycle").set("prevent_destroy", "true");
        }
        if self.random.chance(14)
            && let Some(trigger) = self.trigger(stack, repeat)
        {
            block.nested("lifecycle").set("replace_triggered_by", format!("[{trigger}]"));
        }
        if self.random.chance(8) {
            let condition = self.expr(stack, Ty::Bool, false, repeat).text;
            let condition = if self.random.chance(75) {
                format!("anytrue([{condition}, true])")
            } else {
                condition
            };
            self.condition(block, "precondition", condition);
        }
        if self.random.chance(8) {
            let condition = self.random.weighted(&[
                (16, "self.id != \"\""),
                (3, "self.output != \"w1\""),
                (1, "self.input == \"w2\""),
            ]);
            self.condition(block, "postcondition", condition.to_owned());
        }
    }

    fn condition(&mut self, block: &mut Block, kind: &str, condition: String) {
        let condition = referring(condition);
        let message = format!("\"{kind} number {}\"", self.random.below(9));
        let nested = block.nested("lifecycle").nested(kind);
        nested.set("condition", condition);
        nested.set("error_message", message);
    }

    fn trigger(&mut self, stack: &Stack, here: Repeat) -> Option<String> {
        let resources: Vec<_> = stack
            .root()
            .entities
            .iter()
            .filter_map(|e| match e.what {
                What::Resource(_, repeat) => Some((e.reference()?, repeat)),
                _ => None,
            })
            .collect();
        let (reference, repeat) = self.random.pick(&resources)?.clone();
        let index = match (repeat, here) {
            (Repeat::Count, Repeat::Count) if self.random.chance(60) => "[count.index]",
            (Repeat::Each, Repeat::Each) if self.random.chance(60) => "[each.key]",
            (Repeat::Count, _) if self.random.chance(50) => "[0]",
            _ => "",
        };
        let attribute = self.random.weighted(&[(3, ""), (2, ".input"), (2, ".output"), (1, ".id")]);
        let is_whole = index.is_empty() && matches!(repeat, Repeat::Count | Repeat::Each);
        Some(format!("{reference}{index}{}", if is_whole { "" } else { attribute }))
    }

    fn provisioner(&mut self, block: &mut Block) {
        let mut provisioner = Block::new("provisioner", &["local-exec"]);
        provisioner.set("command", self.random.weighted(&[(6, "\"true\""), (4, "\"exit 1\"")]));
        if self.random.chance(20) {
            provisioner.set("when", "destroy");
        }
        if self.random.chance(25) {
            provisioner.set("on_failure", "continue");
        }
        block.items.push(Item::Block(provisioner));
    }

    pub(crate) fn call(&mut self, stack: &Stack, dir: &str) -> Entity {
        let name = self.name("m");
        let enabled = if self.dialect == Dialect::Tofu { 20 } else { 0 };
        let repeat = self.random.weighted(&[
            (60, Repeat::Once),
            (18, Repeat::Count),
            (22, Repeat::Each),
            (enabled, Repeat::Enabled),
        ]);
        let mut source = format!("\"{}\"", source_of(&stack.root().name, dir));
        let has_names = stack.root().entities.iter().any(|e| e.name == FOLDER_NAMES);
        if has_names && self.random.chance(50) {
            let name = dir.trim_start_matches("mods/");
            source = format!("\"./mods/${{local.{FOLDER_NAMES}.{name}}}\"");
        }
        let mut block = Block::new("module", &[&name]).with("source", source);
        self.repeat(stack, &mut block, repeat, false);
        let called = stack.folder(dir).map(|f| f.entities.clone()).unwrap_or_default();
        for entity in &called {
            let What::Variable(facts) = entity.what else { continue };
            if entity.block.get("default").is_some() && self.random.chance(30) {
                continue;
            }
            let value = self.argument(stack, facts, repeat);
            block.set(&entity.name, value);
        }
        if self.random.chance(6)
            && let Some(reference) = self.depended(stack)
        {
            block.set("depends_on", format!("[{reference}]"));
        }
        Entity { name, what: What::Call(dir.to_owned(), repeat), block }
    }

    /// What a call hands to a variable of these facts.
    pub(crate) fn argument(&mut self, stack: &Stack, facts: Facts, repeat: Repeat) -> String {
        let value = self.expr(stack, facts.ty, facts.known, repeat);
        if value.facts.sensitive && !facts.sensitive {
            return literal(&mut self.random, facts.ty);
        }
        value.text
    }

    pub(crate) fn output(&mut self, stack: &Stack) -> Entity {
        let name = self.name("o");
        let ty = self.ty();
        let Expr { text, facts } = self.expr(stack, ty, false, Repeat::Once);
        let mut block = Block::new("output", &[&name]).with("value", text);
        if (facts.sensitive && self.random.chance(98)) || self.random.chance(4) {
            block.set("sensitive", "true");
        }
        let facts =
            Facts { sensitive: facts.sensitive || block.get("sensitive").is_some(), ..facts };
        if self.random.chance(6) {
            let condition = self.expr(stack, Ty::Bool, false, Repeat::Once).text;
            let nested = block.nested("precondition");
            nested.set("condition", referring(format!("anytrue([{condition}, true])")));
            nested.set("error_message", "\"an output's condition\"");
        }
        if self.random.chance(5)
            && let Some(reference) = self.depended(stack)
        {
            block.set("depends_on", format!("[{reference}]"));
        }
        Entity { name, what: What::Output(facts), block }
    }

    pub(crate) fn check(&mut self, stack: &Stack) -> Entity {
        let name = self.name("c");
        let mut block = Block::new("check", &[&name]);
        for _ in 0..=self.random.below(2) {
            let condition = self.expr(stack, Ty::Bool, false, Repeat::Once).text;
            let mut assert = Block::new("assert", &[]);
            assert.set("condition", referring(condition));
            assert.set("error_message", "\"it does not hold\"");
            block.items.push(Item::Block(assert));
        }
        Entity { name, what: What::Other, block }
    }

    /// A new resource, and the block that adopts what it stands for.
    pub(crate) fn import(&mut self, stack: &mut Stack) {
        let resource = self.resource(stack);
        let What::Resource(_, repeat) = resource.what else { return };
        let name = self.name("i");
        let address = format!("terraform_data.{}", resource.name);
        let block = Block::new("import", &[]);
        let block = match repeat {
            Repeat::Once | Repeat::Enabled => {
                block.with("to", address).with("id", format!("\"{name}\""))
            }
            Repeat::Count => {
                block.with("to", format!("{address}[0]")).with("id", format!("\"{name}\""))
            }
            Repeat::Each if self.random.chance(60) => block
                .with("for_each", "toset([\"k0\"])")
                .with("to", format!("{address}[each.key]"))
                .with("id", format!("\"{name}-${{each.key}}\"")),
            Repeat::Each => {
                block.with("to", format!("{address}[\"k0\"]")).with("id", format!("\"{name}\""))
            }
        };
        let entities = &mut stack.root_mut().entities;
        entities.push(resource);
        entities.push(Entity { name, what: What::Other, block });
    }

    /// Configurations of the built-in provider, one for each of a set.
    fn provider(&mut self, stack: &mut Stack) {
        let mut terraform = Block::new("terraform", &[]);
        terraform
            .nested("required_providers")
            .set("terraform", "{ source = \"terraform.io/builtin/terraform\" }");
        stack.root_mut().entities.push(Entity {
            name: "terraform".to_owned(),
            what: What::Other,
            block: terraform,
        });
        let block = Block::new("provider", &["terraform"])
            .with("alias", "by_key")
            .with("for_each", "toset([\"k0\", \"k1\", \"k2\", \"k3\"])");
        stack.root_mut().entities.push(Entity {
            name: "by_key".to_owned(),
            what: What::Other,
            block,
        });
    }

    /// One of those, where the folder has them.
    fn provider_reference(&mut self, stack: &Stack) -> Option<String> {
        stack.root().entities.iter().find(|e| e.name == "by_key")?;
        Some(format!("terraform.by_key[\"k{}\"]", self.random.below(4)))
    }
}

fn folder_names(stack: &mut Stack) {
    let names = stack.folders.iter().filter_map(|f| f.name.strip_prefix("mods/"));
    let pairs: Vec<_> = names.map(|name| format!("{name} = \"{name}\"")).collect();
    let name = FOLDER_NAMES.to_owned();
    let block = Block::new("locals", &[]).with(&name, format!("{{ {} }}", pairs.join(", ")));
    stack.root_mut().entities.push(Entity { name, what: What::Other, block });
}
