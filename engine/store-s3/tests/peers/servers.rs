//! The servers, and stores on them.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use wb_store::remote::{BootClock, Keys, Remote, RemoteOptions};
use wb_store::{RealDisk, Store, StoreError};
use wb_store_s3::{Arguments, S3Bucket};
use wb_testkit::stores::Stores;
use wb_testkit::torture::{Sealing, Seeded};

/// What the servers are started with.
pub(crate) const ACCESS: &str = "wb-test-access";
pub(crate) const SECRET: &str = "wb-test-secret";
pub(crate) const KEY: &str = "a/terraform.tfstate";

#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// The name of the one that ignores conditions. It knows one user only.
const LIAR: &str = "s3rver";

impl Server {
    fn keys(&self) -> (&'static str, &'static str) {
        if self.name == LIAR { ("S3RVER", "S3RVER") } else { (ACCESS, SECRET) }
    }
}

fn servers() -> Vec<Server> {
    let Ok(list) = std::env::var("WB_S3_PEERS") else {
        println!("skipped: WB_S3_PEERS names no server; `cargo xtask test-peers` starts some");
        return Vec::new();
    };
    let named = list.split_whitespace().filter_map(|entry| entry.split_once('='));
    named.map(|(name, url)| Server { name: name.to_owned(), url: url.to_owned() }).collect()
}

/// Those that do what they are told.
pub(crate) fn honest() -> Vec<Server> {
    servers().into_iter().filter(|server| server.name != LIAR).collect()
}

/// Those that ignore conditions.
pub(crate) fn lying() -> Vec<Server> {
    servers().into_iter().filter(|server| server.name == LIAR).collect()
}

/// A stack's stores in a new bucket, on this machine.
#[derive(Debug)]
pub(crate) struct OnServer {
    pub(crate) server: Server,
    pub(crate) bucket: String,
    folder: tempfile::TempDir,
    processes: Cell<u64>,
}

static BUCKETS: AtomicU32 = AtomicU32::new(0);

impl OnServer {
    pub(crate) fn new(server: &Server) -> Self {
        let number = BUCKETS.fetch_add(1, Ordering::Relaxed);
        let bucket = format!("wb-{}-{number}", std::process::id());
        make_bucket(server, &bucket);
        Self {
            server: server.clone(),
            bucket,
            folder: tempfile::tempdir().unwrap(),
            processes: Cell::new(0),
        }
    }

    pub(crate) fn in_bucket(mut self, bucket: &str) -> Self {
        bucket.clone_into(&mut self.bucket);
        self
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    fn remote(&self) -> Remote {
        let (access, secret) = self.server.keys();
        let arguments = Arguments::read(json!({
            "bucket": self.bucket,
            "key": KEY,
            "region": "us-east-1",
            "endpoints": { "s3": self.server.url },
            "use_path_style": true,
            "access_key": access,
            "secret_key": secret,
        }))
        .unwrap();
        Remote {
            keys: Keys { ..arguments.keys() },
            retries: arguments.retries(),
            bucket: Arc::new(S3Bucket::new(arguments)),
            clock: Arc::new(BootClock),
            folder: self.folder(),
            ignores_conditions: false,
            background: true,
        }
    }
}

impl Stores for OnServer {
    fn open(&self, workspace: &str, lock: bool) -> Box<dyn Store> {
        self.processes.set(self.processes.get() + 1);
        let options = RemoteOptions {
            workspace: workspace.to_owned(),
            lock,
            history: 3,
            terraform_version: "1.11.4".into(),
            who: "me@here".into(),
            cipher: Sealing::Nothing.cipher(),
        };
        let ambient = Box::new(Seeded(self.processes.get() << 32));
        Box::new(self.remote().open(Arc::new(RealDisk), ambient, options))
    }

    fn list(&self) -> Result<Vec<String>, StoreError> {
        self.remote().list()
    }

    fn remove(&self, workspace: &str) -> Result<(), StoreError> {
        self.remote().remove(&RealDisk, workspace)
    }
}

fn make_bucket(server: &Server, name: &str) {
    let (access, secret) = server.keys();
    let keys = aws_sdk_s3::config::Credentials::new(access, secret, None, None, "test");
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(aws_sdk_s3::config::Region::new("us-east-1"))
        .endpoint_url(&server.url)
        .force_path_style(true)
        .http_client(http)
        .credentials_provider(keys)
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = aws_sdk_s3::Client::from_conf(config);
    runtime.block_on(client.create_bucket().bucket(name).send()).unwrap();
}
