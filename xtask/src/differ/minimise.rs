//! Takes away from a case whatever the disagreement does not need.

use super::case::Case;
use super::model::{Block, Item, Stack};

/// Every smaller case that differs from `case` by one removal, the large removals first.
pub(crate) fn smaller(case: &Case) -> Vec<Case> {
    let mut out = Vec::new();
    for at in 0..case.steps.len().saturating_sub(1) {
        let mut smaller = case.clone();
        smaller.steps.remove(at);
        out.push(smaller);
    }
    for at in 0..case.steps.len() {
        for option in 0..case.steps[at].plan_options.len() {
            let mut smaller = case.clone();
            smaller.steps[at].plan_options.remove(option);
            out.push(smaller);
        }
        for command in 0..case.steps[at].before.len() {
            let mut smaller = case.clone();
            smaller.steps[at].before.remove(command);
            out.push(smaller);
        }
    }
    for name in names(case) {
        let mut smaller = case.clone();
        for step in &mut smaller.steps {
            for folder in &mut step.stack.folders {
                folder.entities.retain(|entity| entity.name != name);
            }
        }
        out.push(smaller);
        let mut smaller = case.clone();
        if let Some(step) = smaller.steps.last_mut() {
            for folder in &mut step.stack.folders {
                folder.entities.retain(|entity| entity.name != name);
            }
        }
        out.push(smaller);
    }
    for (name, path) in items(case) {
        let mut smaller = case.clone();
        for step in &mut smaller.steps {
            drop_item(&mut step.stack, &name, &path);
        }
        out.push(smaller);
    }
    out.retain(|smaller| smaller.steps != case.steps);
    out
}

fn names(case: &Case) -> Vec<String> {
    let entities = case.steps.iter().flat_map(|step| &step.stack.folders).flat_map(|f| &f.entities);
    let mut names: Vec<_> = entities.map(|entity| entity.name.clone()).collect();
    names.sort();
    names.dedup();
    names.reverse();
    names
}

/// The entity's name and the names on the way to every item in it.
fn items(case: &Case) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for folder in case.steps.iter().flat_map(|step| &step.stack.folders) {
        for entity in &folder.entities {
            note_items(&entity.block, &mut Vec::new(), &mut |path| {
                found.push((entity.name.clone(), path.to_vec()));
            });
        }
    }
    found.sort();
    found.dedup();
    found
}

fn note_items(block: &Block, path: &mut Vec<String>, note: &mut dyn FnMut(&[String])) {
    for item in &block.items {
        match item {
            Item::Argument { name, .. } => {
                path.push(name.clone());
                note(path);
            }
            Item::Block(nested) => {
                path.push(nested.kind.clone());
                note(path);
                note_items(nested, path, note);
            }
        }
        path.pop();
    }
}

fn drop_item(stack: &mut Stack, name: &str, path: &[String]) {
    for folder in &mut stack.folders {
        for entity in &mut folder.entities {
            if entity.name == name {
                drop_in(&mut entity.block, path);
            }
        }
    }
}

fn drop_in(block: &mut Block, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        block.items.retain(|item| match item {
            Item::Argument { name, .. } => name != first,
            Item::Block(nested) => nested.kind != *first,
        });
        return;
    }
    for item in &mut block.items {
        if let Item::Block(nested) = item
            && nested.kind == *first
        {
            drop_in(nested, rest);
        }
    }
}
