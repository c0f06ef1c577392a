//! Resource instances.

use wb_core::addr::{AbsInstance, InstanceKey};
use wb_core::value::Value;

use crate::config::{Repetition, Resource, ResourceId};

use super::{Bindings, InstIx, Kind, ModIx, NodeIx, Trace, World};

/// One instance of a resource.
#[derive(Clone, Debug)]
pub struct Inst {
    pub module: ModIx,
    pub resource: ResourceId,
    pub key: InstanceKey,
    pub node: NodeIx,
    /// `each.value`.
    each: Option<Value>,
}

impl<'s> World<'s> {
    #[must_use]
    pub fn instance(&self, at: InstIx) -> &Inst {
        &self.instances[at.0 as usize]
    }

    /// All that there are so far.
    pub fn instances(&self) -> impl Iterator<Item = (InstIx, &Inst)> {
        (0u32..).map(InstIx).zip(&self.instances)
    }

    /// The block that declares an instance.
    #[must_use]
    pub fn declaration(&self, at: InstIx) -> &'s Resource {
        let instance = self.instance(at);
        &self.module(instance.module).module.resources[instance.resource]
    }

    #[must_use]
    pub fn address(&self, at: InstIx) -> AbsInstance {
        let instance = self.instance(at);
        let module = self.module(instance.module);
        let resource = module.module.resources[instance.resource].addr.clone();
        resource.absolute(module.addr.clone()).instance(instance.key.clone())
    }

    /// The instance with an address, if there is one.
    #[must_use]
    pub fn find_instance(&self, addr: &AbsInstance) -> Option<InstIx> {
        let at = self.find_module(&addr.resource.module)?;
        let resource = &addr.resource.resource;
        let module = self.module(at).module;
        let id = module.resources.find((resource.mode, &resource.kind, &resource.name))?;
        self.find_in(at, id, &addr.key)
    }

    /// As [`World::find_instance`], where what decides it may not be evaluated yet.
    pub fn locate(&self, addr: &AbsInstance, trace: &mut Trace) -> Option<InstIx> {
        let at = self.locate_module(&addr.resource.module, trace)?;
        let resource = &addr.resource.resource;
        let module = self.module(at);
        let id = module.module.resources.find((resource.mode, &resource.kind, &resource.name))?;
        self.read(module.resource(id), trace)?;
        self.find_in(at, id, &addr.key)
    }

    /// The instance of a resource under a key, if there is one.
    #[must_use]
    pub fn find_in(&self, at: ModIx, id: ResourceId, key: &InstanceKey) -> Option<InstIx> {
        let module = self.module(at);
        let (first, len) = self.slots[module.resource(id).index()].range;
        let offset = match (&module.module.resources[id].repetition, key) {
            (Repetition::None | Repetition::Enabled(_), InstanceKey::None) => 0,
            (Repetition::Count(_), InstanceKey::Int(n)) => u32::try_from(*n).ok()?,
            (Repetition::ForEach(_), InstanceKey::String(_)) => {
                let range = first as usize..(first + len) as usize;
                let found = self.instances[range].binary_search_by(|i| i.key.cmp(key)).ok()?;
                u32::try_from(found).ok()?
            }
            _ => return None,
        };
        (offset < len).then_some(InstIx(first + offset))
    }

    /// The instances of a resource that there are so far, ascending by key.
    pub fn instances_of(&self, at: ModIx, id: ResourceId) -> impl Iterator<Item = InstIx> + use<> {
        let (first, len) = self.slots[self.module(at).resource(id).index()].range;
        (first..first + len).map(InstIx)
    }

    /// `count` and `each` in the arguments of an instance.
    #[must_use]
    pub fn bindings(&self, at: InstIx) -> Bindings {
        let instance = self.instance(at);
        Bindings::of_key(&instance.key, instance.each.clone())
    }

    /// Adds the instances of a resource, ascending by key; gives their range. Nobody has asked for them yet.
    pub(super) fn add_instances(
        &mut self,
        module: ModIx,
        resource: ResourceId,
        keys: Vec<(InstanceKey, Option<Value>)>,
    ) -> (u32, u32) {
        let first = u32::try_from(self.instances.len()).expect("instances are counted in 32 bits");
        let len = u32::try_from(keys.len()).expect("instances are counted in 32 bits");
        self.slots.reserve(keys.len());
        for (at, (key, each)) in (first..).zip(keys) {
            let node = self.add(Kind::Instance(InstIx(at)));
            self.instances.push(Inst { module, resource, key, node, each });
        }
        (first, len)
    }
}
