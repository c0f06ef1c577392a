//! Random edits of a stack, as a person makes them, and the options of the next plan.

use super::expr::literal;
use super::generate::{Builder, Dialect};
use super::model::{Block, Entity, Item, Repeat, Stack, Ty, What, mentions, rename_mentions};

/// One plan and one apply, and what is done before them.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Step {
    pub(crate) stack: Stack,
    /// Commands on the state, before the plan.
    pub(crate) before: Vec<Vec<String>>,
    pub(crate) plan_options: Vec<String>,
}

impl Step {
    pub(crate) fn first(builder: &mut Builder) -> Self {
        Self { stack: builder.stack(), ..Self::default() }
    }

    /// The step after `self`: one to three edits, and perhaps options.
    pub(crate) fn next(&self, builder: &mut Builder) -> Self {
        let mut stack = self.stack.clone();
        let mut before = Vec::new();
        for _ in 0..builder.random.weighted(&[(50, 1), (30, 2), (20, 3)]) {
            edit(builder, &mut stack, &mut before);
        }
        let plan_options = options(builder, &stack);
        Self { stack, before, plan_options }
    }
}

#[derive(Clone, Copy)]
enum Edit {
    Input,
    Repeat,
    CreateFirst,
    Triggers,
    Lifecycle,
    Remove,
    Rename,
    Reindex,
    MoveIntoModule,
    Add,
    Output,
    Local,
    Variable,
    Call,
    Import,
    State,
}

fn edit(builder: &mut Builder, stack: &mut Stack, before: &mut Vec<Vec<String>>) {
    let edit = builder.random.weighted(&[
        (22, Edit::Input),
        (14, Edit::Repeat),
        (8, Edit::CreateFirst),
        (9, Edit::Triggers),
        (6, Edit::Lifecycle),
        (13, Edit::Remove),
        (8, Edit::Rename),
        (7, Edit::Reindex),
        (4, Edit::MoveIntoModule),
        (8, Edit::Add),
        (6, Edit::Output),
        (6, Edit::Local),
        (8, Edit::Variable),
        (9, Edit::Call),
        (5, Edit::Import),
        (7, Edit::State),
    ]);
    match edit {
        Edit::Input => change_resource(builder, stack, |b, view, block, facts, repeat| {
            let value = b.argument(view, facts, repeat);
            block.set("input", value);
        }),
        Edit::Repeat => change_resource(builder, stack, |b, view, block, _, repeat| {
            b.repeat(view, block, repeat, true);
        }),
        Edit::CreateFirst => change_resource(builder, stack, |_, _, block, _, _| {
            let lifecycle = block.nested("lifecycle");
            let was = lifecycle.get("create_before_destroy") == Some("true");
            lifecycle.set("create_before_destroy", (!was).to_string());
        }),
        Edit::Triggers => change_resource(builder, stack, |b, view, block, _, repeat| {
            if b.random.chance(25) {
                block.unset("triggers_replace");
            } else {
                let facts = super::model::Facts { ty: Ty::Text, known: false, sensitive: false };
                let value = b.argument(view, facts, repeat);
                block.set("triggers_replace", value);
            }
        }),
        Edit::Lifecycle => change_resource(builder, stack, |b, view, block, _, repeat| {
            if b.random.chance(50) {
                block.items.retain(
                    |item| !matches!(item, Item::Block(nested) if nested.kind == "lifecycle"),
                );
                if repeat == Repeat::Enabled {
                    b.repeat(view, block, repeat, true);
                }
            } else {
                b.lifecycle(view, block, repeat);
            }
        }),
        Edit::Remove => remove(builder, stack),
        Edit::Rename => rename(builder, stack),
        Edit::Reindex => reindex(builder, stack),
        Edit::MoveIntoModule => move_into_module(builder, stack),
        Edit::Add => builder.add(stack, Builder::resource),
        Edit::Output => change_output(builder, stack),
        Edit::Local => change_local(builder, stack),
        Edit::Variable => change_variable(builder, stack),
        Edit::Call => change_call(builder, stack),
        Edit::Import => builder.import(stack),
        Edit::State => before.extend(state_command(builder, stack)),
    }
}

/// What the entity `at` of folder `folder` could refer to: the stack as it was when that was made.
fn view(stack: &Stack, folder: usize, at: usize) -> Stack {
    let mut view = Stack { folders: stack.folders[..=folder].to_vec(), values: Vec::new() };
    view.root_mut().entities.truncate(at);
    view
}

/// The places of all entities that are such; of the root three times as likely.
fn places(stack: &Stack, is: impl Fn(&What) -> bool) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (f, folder) in stack.folders.iter().enumerate() {
        let times = if folder.name.is_empty() { 3 } else { 1 };
        for (e, entity) in folder.entities.iter().enumerate() {
            if is(&entity.what) {
                places.extend(std::iter::repeat_n((f, e), times));
            }
        }
    }
    places
}

type Change = fn(&mut Builder, &Stack, &mut Block, super::model::Facts, Repeat);

fn change_resource(builder: &mut Builder, stack: &mut Stack, change: Change) {
    let places = places(stack, |what| matches!(what, What::Resource(..)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let view = view(stack, f, e);
    let entity = &mut stack.folders[f].entities[e];
    let What::Resource(facts, repeat) = entity.what else { return };
    change(builder, &view, &mut entity.block, facts, repeat);
}

fn change_output(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Output(_)));
    match builder.random.pick(&places) {
        Some(&(f, e)) if builder.random.chance(60) => {
            let view = view(stack, f, e);
            let entity = &mut stack.folders[f].entities[e];
            let What::Output(facts) = entity.what else { return };
            let value = builder.argument(&view, facts, Repeat::Once);
            entity.block.set("value", value);
        }
        Some(&(f, e)) if stack.folders[f].name.is_empty() && builder.random.chance(60) => {
            stack.folders[f].entities.remove(e);
        }
        _ => builder.add(stack, Builder::output),
    }
}

fn change_local(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Local(_)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let view = view(stack, f, e);
    let entity = &mut stack.folders[f].entities[e];
    let What::Local(facts) = entity.what else { return };
    let value = builder.argument(&view, facts, Repeat::Once);
    entity.block.set(&entity.name, value);
}

fn change_variable(builder: &mut Builder, stack: &mut Stack) {
    let root = stack.folders.len() - 1;
    let places = places(stack, |what| matches!(what, What::Variable(_)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let entity = &mut stack.folders[f].entities[e];
    let What::Variable(facts) = entity.what else { return };
    let value = literal(&mut builder.random, facts.ty);
    if f == root && builder.random.chance(60) {
        let name = entity.name.clone();
        stack.values.retain(|(n, _)| *n != name);
        stack.values.push((name, value));
    } else if entity.block.get("default").is_some() {
        entity.block.set("default", value);
    }
}

fn change_call(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Call(..)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let view = view(stack, f, e);
    let folder = &stack.folders[f].entities[e];
    let What::Call(dir, repeat) = folder.what.clone() else { return };
    if builder.random.chance(40) {
        builder.repeat(&view, &mut stack.folders[f].entities[e].block, repeat, false);
        return;
    }
    let variables: Vec<_> = stack
        .folder(&dir)
        .map(|folder| folder.entities.iter())
        .into_iter()
        .flatten()
        .filter_map(|entity| match entity.what {
            What::Variable(facts) => Some((entity.name.clone(), facts)),
            _ => None,
        })
        .collect();
    if let Some((name, facts)) = builder.random.pick(&variables).cloned() {
        let value = builder.argument(&view, facts, repeat);
        stack.folders[f].entities[e].block.set(&name, value);
    }
}

/// Takes a resource or a module call out, with or without a `removed` block; what referred to it does no longer.
fn remove(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Resource(..) | What::Call(..)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let Some(reference) = stack.folders[f].entities[e].reference() else { return };
    let entity = stack.folders[f].entities.remove(e);
    stack.folders[f].entities.retain(|other| {
        let adopts = matches!(other.block.kind.as_str(), "import" | "moved");
        !(adopts && other.block.get("to").is_some_and(|to| mentions(to, &reference)))
    });
    forget(builder, stack, f, &reference);
    if builder.random.chance(35) {
        let mut block = Block::new("removed", &[]).with("from", reference);
        let destroys = builder.random.chance(40).to_string();
        block.nested("lifecycle").set("destroy", destroys);
        let name = format!("removed-{}", entity.name);
        stack.folders[f].entities.push(Entity { name, what: What::Other, block });
    }
}

/// Makes every expression of the folder anew that refers to what is no longer there.
fn forget(builder: &mut Builder, stack: &mut Stack, folder: usize, reference: &str) {
    for at in 0..stack.folders[folder].entities.len() {
        let view = view(stack, folder, at);
        let entity = &mut stack.folders[folder].entities[at];
        let (what, name) = (entity.what.clone(), entity.name.clone());
        if let What::Resource(_, repeat) | What::Call(_, repeat) = what {
            let head = [entity.block.get("count"), entity.block.get("for_each")];
            if head.into_iter().flatten().any(|text| mentions(text, reference)) {
                builder.repeat(
                    &view,
                    &mut entity.block,
                    repeat,
                    matches!(what, What::Resource(..)),
                );
            }
        }
        entity.block.each_value(&mut |argument, value| {
            if !mentions(value, reference) {
                return true;
            }
            let (facts, repeat) = match (&what, argument) {
                (What::Resource(facts, repeat), "input") => (*facts, *repeat),
                (What::Local(facts), _) if argument == name => (*facts, Repeat::Once),
                (What::Output(facts), "value") => (*facts, Repeat::Once),
                (What::Call(..), "depends_on" | "source") => return false,
                (What::Call(dir, repeat), _) => {
                    let called =
                        view.folder(dir).map(|f| f.entities.as_slice()).unwrap_or_default();
                    let facts = called.iter().find_map(|e| match e.what {
                        What::Variable(facts) if e.name == argument => Some(facts),
                        _ => None,
                    });
                    let Some(facts) = facts else { return false };
                    (facts, *repeat)
                }
                _ if matches!(argument, "condition" | "enabled") => {
                    "path.module != \"\"".clone_into(value);
                    return true;
                }
                _ if matches!(argument, "from" | "to") => return true,
                _ => return false,
            };
            *value = builder.argument(&view, facts, repeat);
            true
        });
    }
}

/// Gives a resource or a module call another name, mostly with a `moved` block.
fn rename(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Resource(..) | What::Call(..)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let entity = &mut stack.folders[f].entities[e];
    let Some(from) = entity.reference() else { return };
    let is_call = matches!(entity.what, What::Call(..));
    entity.name = builder.name(if is_call { "m" } else { "r" });
    if let Some(label) = entity.block.labels.last_mut() {
        label.clone_from(&entity.name);
    }
    let Some(to) = entity.reference() else { return };
    let index = match entity.what {
        What::Resource(_, Repeat::Each) | What::Call(_, Repeat::Each)
            if builder.random.chance(20) =>
        {
            "[\"k0\"]"
        }
        _ => "",
    };
    for entity in &mut stack.folders[f].entities {
        let is_move = entity.block.kind == "moved";
        entity.block.each_value(&mut |argument, value| {
            if !(is_move && matches!(argument, "from" | "to")) {
                *value = rename_mentions(value, &from, &to);
            }
            true
        });
    }
    if builder.random.chance(80) {
        moved(stack, f, format!("{from}{index}"), format!("{to}{index}"));
    }
}

fn moved(stack: &mut Stack, folder: usize, from: String, to: String) {
    let name = format!("moved-{from}-{to}");
    let block = Block::new("moved", &[]).with("from", from).with("to", to);
    stack.folders[folder].entities.push(Entity { name, what: What::Other, block });
}

/// Lets a single resource become one of several, or the other way round; its object goes along.
fn reindex(builder: &mut Builder, stack: &mut Stack) {
    let places = places(stack, |what| matches!(what, What::Resource(..)));
    let Some(&(f, e)) = builder.random.pick(&places) else { return };
    let view = view(stack, f, e);
    let entity = &mut stack.folders[f].entities[e];
    let What::Resource(facts, was) = entity.what else { return };
    let Some(reference) = entity.reference() else { return };
    let now = match was {
        Repeat::Once | Repeat::Enabled => {
            builder.random.weighted(&[(1, Repeat::Count), (1, Repeat::Each)])
        }
        Repeat::Count => builder.random.weighted(&[(1, Repeat::Once), (1, Repeat::Each)]),
        Repeat::Each => builder.random.weighted(&[(1, Repeat::Once), (1, Repeat::Count)]),
    };
    entity.what = What::Resource(facts, now);
    let block = &mut entity.block;
    block.unset("count");
    block.unset("for_each");
    if was == Repeat::Enabled {
        block.nested("lifecycle").unset("enabled");
    }
    builder.repeat(&view, block, now, true);
    block.each_value(&mut |argument, value| {
        let here = mentions(value, "each.key")
            || mentions(value, "each.value")
            || mentions(value, "count.index");
        if here && argument == "input" {
            *value = builder.argument(&view, facts, now);
        }
        !here || argument == "input"
    });
    let index = |repeat| match repeat {
        Repeat::Once | Repeat::Enabled => "",
        Repeat::Count => "[0]",
        Repeat::Each => "[\"k0\"]",
    };
    if builder.random.chance(75) {
        moved(stack, f, format!("{reference}{}", index(was)), format!("{reference}{}", index(now)));
    }
    forget(builder, stack, f, &reference);
}

/// Takes a resource of the root into a folder that it calls.
fn move_into_module(builder: &mut Builder, stack: &mut Stack) {
    let root = stack.folders.len() - 1;
    let calls: Vec<_> = stack
        .root()
        .entities
        .iter()
        .filter_map(|entity| match &entity.what {
            What::Call(dir, Repeat::Once) => Some((entity.reference()?, dir.clone())),
            _ => None,
        })
        .collect();
    let Some((call, dir)) = builder.random.pick(&calls).cloned() else { return };
    let singles: Vec<_> = (0..stack.root().entities.len())
        .filter(|&at| matches!(stack.root().entities[at].what, What::Resource(_, Repeat::Once)))
        .collect();
    let Some(&at) = builder.random.pick(&singles) else { return };
    let mut entity = stack.root_mut().entities.remove(at);
    let Some(reference) = entity.reference() else { return };
    let What::Resource(facts, _) = entity.what else { return };
    stack.root_mut().entities.retain(|other| {
        !(other.block.kind == "import"
            && other.block.get("to").is_some_and(|to| mentions(to, &reference)))
    });
    let input = literal(&mut builder.random, facts.ty);
    entity.block = Block::new("resource", &["terraform_data", &entity.name]).with("input", input);
    if let Some(folder) = stack.folders.iter_mut().find(|folder| folder.name == dir) {
        folder.entities.push(entity);
    }
    moved(stack, root, reference.clone(), format!("{call}.{reference}"));
    forget(builder, stack, root, &reference);
}

/// An address in the root, of an instance where there are several.
fn instance_address(builder: &mut Builder, stack: &Stack) -> Option<String> {
    let entities = &stack.root().entities;
    let addresses: Vec<_> = entities
        .iter()
        .filter_map(|entity| match entity.what {
            What::Resource(_, Repeat::Once | Repeat::Enabled) => entity.reference(),
            What::Resource(_, Repeat::Count) => Some(format!("{}[0]", entity.reference()?)),
            What::Resource(_, Repeat::Each) => Some(format!("{}[\"k0\"]", entity.reference()?)),
            _ => None,
        })
        .collect();
    builder.random.pick(&addresses).cloned()
}

fn state_command(builder: &mut Builder, stack: &Stack) -> Option<Vec<String>> {
    let address = instance_address(builder, stack)?;
    let command: &[&str] = builder.random.weighted(&[
        (5, &["taint"] as &[&str]),
        (2, &["untaint"]),
        (3, &["state", "rm"]),
    ]);
    let mut command: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
    command.push(address);
    Some(command)
}

fn options(builder: &mut Builder, stack: &Stack) -> Vec<String> {
    let anything: Vec<_> = stack
        .root()
        .entities
        .iter()
        .filter_map(|e| match e.what {
            What::Resource(..) | What::Call(..) => e.reference(),
            _ => None,
        })
        .collect();
    let some = builder.random.pick(&anything).cloned();
    let instance = instance_address(builder, stack);
    let mut options = Vec::new();
    if builder.random.chance(9)
        && let Some(target) = &some
    {
        options.push(format!("-target={target}"));
    } else if builder.dialect == Dialect::Tofu
        && builder.random.chance(14)
        && let Some(excluded) = &some
    {
        options.push(format!("-exclude={excluded}"));
    }
    match builder.random.below(100) {
        0..=9 => options.extend(instance.map(|address| format!("-replace={address}"))),
        10..=15 => options.push("-refresh=false".to_owned()),
        16..=19 => options.push("-refresh-only".to_owned()),
        20..=28 => options.push("-destroy".to_owned()),
        _ => {}
    }
    options
}
