//! What every resource type and data source must stand: a life from create to recovery, with the contract checked at
//! each step. For tests (feature `conformance`).
//!
//! ```ignore
//! #[tokio::test]
//! async fn pet() {
//!     let bench = Bench::new(types());
//!     bench.resource("random_pet").config([("length", 3.into())]).replace([("length", 4.into())]).run().await;
//! }
//! ```

mod ambient;
mod life;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use wb_core::contract::Violation;
use wb_core::provider::Problems;
use wb_core::schema::Block;
use wb_core::value::Value;

use crate::context::{Context, Fence, FenceBroken};
use crate::ops::{Open, Provider, ReadData};

pub use ambient::Seeded;
pub use life::Life;

/// Arguments by name; what is left out is null.
pub type Arguments = Vec<(&'static str, Value)>;

/// A configured provider to try types on.
#[derive(Debug)]
pub struct Bench {
    provider: Arc<dyn Provider>,
    config: Value,
    context: Context,
}

#[derive(Debug)]
struct Intact;

impl Fence for Intact {
    fn check(&self) -> Result<(), FenceBroken> {
        Ok(())
    }
}

impl Bench {
    /// A provider without configuration, in the folder of the test.
    #[must_use]
    pub fn new(provider: impl Provider + 'static) -> Self {
        Self::at(provider, Path::new("."))
    }

    /// The same in a folder; relative paths start there.
    #[must_use]
    pub fn at(provider: impl Provider + 'static, folder: &Path) -> Self {
        let config = provider.schema().block.empty_value();
        // Nobody cancels: the sender may go.
        let (_, cancel) = watch::channel(false);
        let context = Context {
            client: crate::context::Client::new(()),
            ambient: Arc::new(Seeded::default()),
            fence: Arc::new(Intact),
            cancel,
            deadline: None,
            work_dir: folder.into(),
        };
        Self { provider: Arc::new(provider), config, context }
    }

    /// The context of its operations.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Configures the provider.
    ///
    /// # Panics
    /// Where it does not let itself be configured.
    pub async fn configured(mut self, arguments: Arguments) -> Self {
        self.config = fill(&self.provider.schema().block, &arguments);
        let made = self.provider.configure(self.config.clone(), self.context.clone()).await;
        self.context.client = made.expect("the provider is configured").client;
        self
    }

    /// The life of an object of a type; nothing happens before [`Life::run`].
    #[must_use]
    pub fn resource(&self, kind: &str) -> Life<'_> {
        Life::new(self, kind)
    }

    /// Reads a data source.
    ///
    /// # Errors
    /// Those of reading, and what is wrong with the configuration, as texts.
    ///
    /// # Panics
    /// Where the provider lacks it, or it breaks the contract.
    pub async fn data(&self, kind: &str, arguments: Arguments) -> Result<Value, String> {
        let data = self.provider.data_ops(kind).expect("the provider has the data source");
        let block = &data.schema().block;
        let config = fill(block, &arguments);
        refuse(&data.validate(&config))?;
        let value = data.read(ReadData { config: config.clone() }, self.context.clone()).await;
        let value = value.map_err(|error| error.to_string())?;
        let expected = wb_core::contract::planned_unknown(block, &config);
        check("read", &wb_core::contract::applied_ok(block, &expected, &value));
        Ok(value)
    }
}

impl Bench {
    /// Opens an ephemeral object.
    ///
    /// # Errors
    /// As [`Bench::data`].
    ///
    /// # Panics
    /// As [`Bench::data`].
    pub async fn ephemeral(&self, kind: &str, arguments: Arguments) -> Result<Value, String> {
        let ops = self.provider.ephemeral_ops(kind).expect("the provider has the type");
        let block = &ops.schema().block;
        let config = fill(block, &arguments);
        refuse(&ops.validate(&config))?;
        let opened = ops.open(Open { config: config.clone() }, self.context.clone()).await;
        let value = opened.map_err(|error| error.to_string())?.value;
        let expected = wb_core::contract::planned_unknown(block, &config);
        check("open", &wb_core::contract::applied_ok(block, &expected, &value));
        Ok(value)
    }
}

/// The value of a block in which these arguments are given.
///
/// # Panics
/// Where the block has no such argument.
#[must_use]
pub fn fill(block: &Block, arguments: &Arguments) -> Value {
    let empty = block.empty_value();
    let names = block.ty().as_object().expect("a block's type is an object type");
    let given = arguments.iter().map(|(name, value)| {
        let want = names.get(name).unwrap_or_else(|| panic!("there is no argument {name}"));
        let value = wb_core::convert::convert(value, want);
        (*name, value.unwrap_or_else(|e| panic!("{name}: {e}")))
    });
    let have = empty.as_object().into_iter().flat_map(|o| o.iter().map(|(n, v)| (n, v.clone())));
    Value::object(have.chain(given))
}

fn refuse(problems: &Problems) -> Result<(), String> {
    if !problems.has_errors() {
        return Ok(());
    }
    let lines = problems.iter().map(|p| format!("{}: {}: {}", p.path, p.summary, p.detail));
    Err(lines.collect::<Vec<_>>().join("\n"))
}

fn check(step: &str, violations: &[Violation]) {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{step} breaks the contract: {}", lines.join("; "));
}
