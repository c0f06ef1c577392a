//! The store in a bucket on servers that others made. `WB_S3_PEERS` names them, as in `moto=http://127.0.0.1:5600`, with
//! spaces between; `cargo xtask test-peers` starts them. Without, every test here is skipped.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

#[path = "peers/command.rs"]
mod command;
#[path = "peers/servers.rs"]
mod servers;
#[path = "peers/terraform.rs"]
mod terraform;

use servers::{OnServer, honest, lying};
use wb_store::{CommitInfo, Content, StoreError};
use wb_testkit::stores::{self, Stores as _};

/// Every server passes the suite of all stores.
macro_rules! on_every_server {
    ($($check:ident,)*) => {$(
        #[test]
        fn $check() {
            for server in honest() {
                println!("{}", server.name);
                stores::$check(&OnServer::new(&server));
            }
        }
    )*};
}

wb_testkit::each_store_check! { [on_every_server] }

#[test]
fn of_many_that_ask_for_the_lock_one_gets_it() {
    for server in honest() {
        let stores = OnServer::new(&server);
        for round in 0..10 {
            let mut all: Vec<_> = (0..8).map(|_| stores.open("default", true)).collect();
            let got = std::thread::scope(|scope| {
                let ask = |store: &mut Box<dyn wb_store::Store>| store.lock("x").is_ok();
                let asked: Vec<_> = all.iter_mut().map(|s| scope.spawn(move || ask(s))).collect();
                asked.into_iter().map(|asked| asked.join().unwrap()).filter(|got| *got).count()
            });
            assert_eq!(got, 1, "{}, round {round}", server.name);
            for mut store in all {
                store.unlock().unwrap();
            }
        }
    }
}

#[test]
fn many_that_commit_at_once_without_a_lock_lose_nothing() {
    for server in honest() {
        let stores = OnServer::new(&server);
        let all: Vec<_> = (0..6).map(|_| stores.open("default", false)).collect();
        // They all begin on the same state.
        stores::all_at_once(all);
        let loaded = stores.open("default", true).load().unwrap();
        assert_eq!(loaded.snapshot.state.object_count(), 6);
        assert!(loaded.snapshot.open.is_empty() && loaded.runs.is_empty());
    }
}

#[test]
fn a_server_that_lies_is_found_out() {
    for server in lying() {
        let stores = OnServer::new(&server);
        let mut store = stores.open("default", true);
        store.lock("OperationTypeApply").unwrap();
        let refused = store.load().unwrap_err();
        assert!(matches!(refused, StoreError::Unconditional { .. }), "{}: {refused}", server.name);
        store.unlock().unwrap();
    }
}

#[test]
fn what_is_wrong_is_said() {
    for server in honest() {
        let stores = OnServer::new(&server).in_bucket("there-is-no-such-bucket");
        let error = stores.open("default", true).load().unwrap_err().to_string();
        assert!(
            error.contains("s3://there-is-no-such-bucket/") && error.contains("NoSuchBucket"),
            "{error}"
        );
        let commit = stores
            .open("default", false)
            .commit(Content::Runs { own: None }, &CommitInfo::default());
        assert!(commit.is_err());
    }
}
