//! What provisioners read when an object is made: that is made before.
//!
//! They are evaluated when they run. Here only what they name counts, so that an instance waits for the whole of a resource
//! that a provisioner of it names. Those that run before an object is destroyed name nothing but the object.

use wb_core::diag::Diagnostics;
use wb_lang::config::{Resource, When, walk};
use wb_lang::world::{ModIx, Trace, World};

/// Reads what the provisioners of a resource and their connections name, without the values.
pub(crate) fn depend_on(world: &World<'_>, resource: &Resource, at: ModIx, trace: &mut Trace) {
    let Some(managed) = resource.managed.as_deref() else { return };
    let mut made = managed.provisioners.iter().filter(|p| p.when == When::Create).peekable();
    let shared = managed.connection.as_ref().filter(|_| made.peek().is_some());
    let bodies = made
        .flat_map(|p| std::iter::once(&p.body).chain(p.connection.as_ref().map(|c| &c.body)))
        .chain(shared.map(|connection| &connection.body));
    // What is wrong with a reference is said when the body is validated; `self` and `each` name nothing outside.
    let mut unsaid = Diagnostics::new();
    for body in bodies {
        walk::references(body, &mut |traversal, _| {
            world.depend_on(&[traversal], at, trace, &mut unsaid);
        });
    }
}
