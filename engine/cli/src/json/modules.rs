//! Resources in the tree of their modules.

use std::collections::BTreeMap;

use wb_core::addr::ModuleInstance;

use super::out::Out;

/// A module instance, what is in it, and the modules below.
#[derive(Debug)]
pub(crate) struct Node<T> {
    items: Vec<T>,
    /// By the text of their addresses, as Terraform orders them.
    below: BTreeMap<String, Node<T>>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { items: Vec::new(), below: BTreeMap::new() }
    }
}

impl<T> Node<T> {
    pub(crate) fn insert(&mut self, module: &ModuleInstance, item: T) {
        let mut node = self;
        let mut path = ModuleInstance::default();
        for step in module.steps() {
            path = path.child(&step.name, step.key.clone());
            node = node.below.entry(path.to_string()).or_default();
        }
        node.items.push(item);
    }

    /// Writes the module's members. Recursion goes as deep as modules are nested.
    pub(crate) fn write(
        &self,
        address: Option<&str>,
        out: &mut Out<'_>,
        item: &dyn Fn(&mut Out<'_>, &T),
    ) {
        out.object(|out| {
            if !self.items.is_empty() {
                out.key("resources").array(|out| self.items.iter().for_each(|one| item(out, one)));
            }
            if let Some(address) = address {
                out.key("address").string(address);
            }
            if !self.below.is_empty() {
                out.key("child_modules").array(|out| {
                    for (address, node) in &self.below {
                        node.write(Some(address), out, item);
                    }
                });
            }
        });
    }
}
