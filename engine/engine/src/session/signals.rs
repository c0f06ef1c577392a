//! The user's wish for an end.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;
use wb_exec::Stop;

/// Hears of interrupts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Interrupt {
    receiver: watch::Receiver<Stop>,
}

impl Interrupt {
    /// What the user wants by now.
    #[must_use]
    pub fn wish(&self) -> Stop {
        *self.receiver.borrow()
    }

    /// For the executor.
    #[must_use]
    pub fn receiver(&self) -> watch::Receiver<Stop> {
        self.receiver.clone()
    }
}

/// Listens to interrupts, hang-ups and requests to terminate, on a thread of its own. The first one asks for an end as
/// soon as it can be had, the second for one at once; `told` is called with each, to tell the user.
#[must_use]
pub fn interrupts(told: impl Fn(Stop) + Send + 'static) -> Interrupt {
    let (sender, receiver) = watch::channel(Stop::No);
    let listen = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(listen(&sender, &told));
    };
    // Without the thread, the system's own way of interrupting is left.
    drop(std::thread::Builder::new().name("signals".to_owned()).spawn(listen));
    Interrupt { receiver }
}

async fn listen(sender: &watch::Sender<Stop>, told: &(impl Fn(Stop) + Send)) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds.map(signal) else { return };
    let count = AtomicUsize::new(0);
    loop {
        let heard = tokio::select! {
            heard = interrupt.recv() => heard,
            heard = terminate.recv() => heard,
            heard = hangup.recv() => heard,
        };
        if heard.is_none() {
            return;
        }
        let wish = if count.fetch_add(1, Ordering::Relaxed) == 0 { Stop::Soon } else { Stop::Now };
        told(wish);
        if sender.send(wish).is_err() {
            return;
        }
    }
}
