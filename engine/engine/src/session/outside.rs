//! Questions on their way to providers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wb_core::addr::{AbsInstance, ObjectAddr};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_exec::{Clients, Doing, Event, ShownId, Stop};
use wb_planner::{Answer, Failure, ImportId, Question, QuestionId, Wanted};
use wb_sdk::{
    Ambient, Client, Configured, Context, ErrorKind, Fence, FenceBroken, Import, ImportKey, Object,
    OpError, Open, Provider, Providers, Read, ReadData,
};

use super::{Interrupt, Seen};

/// Asks providers, a number of questions at once.
pub(super) struct Outside<'a> {
    providers: &'a Providers,
    ambient: Arc<dyn Ambient>,
    work_dir: Arc<std::path::Path>,
    most: usize,
    interrupt: Option<Interrupt>,
    cancel: watch::Sender<bool>,
    runtime: Option<Runtime>,
    waiting: VecDeque<Question>,
    jobs: JoinSet<Done>,
    pub(super) clients: Clients,
    /// Ephemeral objects that are open, with what closes them.
    opened: Vec<(Question, Vec<u8>)>,
}

/// What came of a question.
struct Done {
    question: Question,
    began: Instant,
    reply: Result<Reply, OpError>,
}

enum Reply {
    Configured(Configured),
    Object(Option<Object>),
    Value(wb_core::value::Value),
    Opened(wb_sdk::Opened),
}

/// Nothing that changes anything is done while a plan is made.
#[derive(Debug)]
pub(super) struct ReadsOnly;

impl Fence for ReadsOnly {
    fn check(&self) -> Result<(), FenceBroken> {
        Ok(())
    }
}

impl<'a> Outside<'a> {
    pub(super) fn new(
        providers: &'a Providers,
        ambient: Arc<dyn Ambient>,
        work_dir: Arc<std::path::Path>,
        most: usize,
        interrupt: Option<Interrupt>,
    ) -> Self {
        Self {
            providers,
            ambient,
            work_dir,
            most: most.max(1),
            interrupt,
            cancel: watch::Sender::new(false),
            runtime: None,
            waiting: VecDeque::new(),
            jobs: JoinSet::new(),
            clients: Clients::new(),
            opened: Vec::new(),
        }
    }

    pub(super) fn ask(&mut self, questions: Vec<Question>) {
        self.waiting.extend(questions);
    }

    /// Waits for at least one answer. Nothing where nobody answers any more: the user wants an end.
    pub(super) fn answers(
        &mut self,
        seen: &mut dyn FnMut(Seen),
    ) -> std::io::Result<Vec<(QuestionId, Answer)>> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        };
        let answers = runtime.block_on(self.some(seen));
        self.runtime = Some(runtime);
        Ok(answers)
    }

    async fn some(&mut self, seen: &mut dyn FnMut(Seen)) -> Vec<(QuestionId, Answer)> {
        let mut answers = Vec::new();
        loop {
            while self.jobs.len() < self.most
                && let Some(question) = self.waiting.pop_front()
            {
                if let Some(answer) = self.begin(question, seen) {
                    answers.push(answer);
                }
            }
            if !answers.is_empty() {
                break;
            }
            let Some(done) = self.next().await else { return answers };
            answers.push(self.end(done, seen));
        }
        // What else is there by now goes along.
        while let Some(done) = self.jobs.try_join_next() {
            answers.extend(done.ok().map(|done| self.end(done, seen)));
        }
        answers
    }

    async fn next(&mut self) -> Option<Done> {
        let Some(interrupt) = &self.interrupt else { return self.jobs.join_next().await?.ok() };
        let mut wish = interrupt.receiver();
        tokio::select! {
            done = self.jobs.join_next() => done?.ok(),
            _ = wish.wait_for(|wish| *wish != Stop::No) => {
                self.cancel.send_replace(true);
                self.jobs.shutdown().await;
                None
            }
        }
    }

    /// Begins with a question; or answers it, where it cannot be asked.
    fn begin(
        &mut self,
        question: Question,
        seen: &mut dyn FnMut(Seen),
    ) -> Option<(QuestionId, Answer)> {
        let provider = self.providers.get(&question.provider.config.provider).cloned();
        let Some(provider) = provider else {
            return Some((question.id, Answer::Failed(no_provider(&question))));
        };
        let configured = self.clients.get(&question.provider);
        let client = configured.map_or_else(|| Client::new(()), |c| c.client.clone());
        let context = Context {
            client,
            ambient: Arc::clone(&self.ambient),
            fence: Arc::new(ReadsOnly),
            cancel: self.cancel.subscribe(),
            deadline: None,
            work_dir: Arc::clone(&self.work_dir),
        };
        let context = context.of_task(&TaskOf(&question));
        tell_begin(&question, seen);
        let runtime = tokio::runtime::Handle::current();
        self.jobs.spawn_on(carry(question, provider, context), &runtime);
        None
    }

    fn end(&mut self, done: Done, seen: &mut dyn FnMut(Seen)) -> (QuestionId, Answer) {
        let Done { question, began, reply } = done;
        let id = question.id;
        tell_end(&question, began.elapsed(), reply.as_ref().ok(), seen);
        let answer = match reply {
            Ok(Reply::Configured(configured)) => {
                self.clients.insert(question.provider.clone(), configured);
                Answer::Configured
            }
            Ok(Reply::Object(object)) => {
                let (value, private) = object.map(|o| (o.value, o.private)).unzip();
                Answer::Object { value, private: private.unwrap_or_default() }
            }
            Ok(Reply::Value(value)) => Answer::Value(value),
            Ok(Reply::Opened(opened)) => {
                let value = opened.value.clone();
                self.opened.push((question, opened.private));
                Answer::Value(value)
            }
            Err(error) => Answer::Failed(failure(error)),
        };
        (id, answer)
    }

    /// Closes what was opened, and warns of what cannot be closed: the plan holds all the same.
    pub(super) fn close(&mut self) -> Diagnostics {
        let opened = std::mem::take(&mut self.opened);
        let mut diags = Diagnostics::new();
        let Some(runtime) = &self.runtime else { return diags };
        runtime.block_on(async {
            for (question, private) in opened {
                let Wanted::OpenEphemeral { instance, .. } = &question.wanted else { continue };
                let kind = &instance.resource.resource.kind;
                let provider = self.providers.get(&question.provider.config.provider);
                let ops = provider.and_then(|p| p.ephemeral_ops(kind));
                let (Some(ops), Some(client)) = (ops, self.clients.get(&question.provider)) else {
                    continue;
                };
                let context = Context {
                    client: client.client.clone(),
                    ambient: Arc::clone(&self.ambient),
                    fence: Arc::new(ReadsOnly),
                    cancel: self.cancel.subscribe(),
                    deadline: Some(Instant::now() + CLOSING),
                    work_dir: Arc::clone(&self.work_dir),
                };
                let closed = tokio::time::timeout(CLOSING, ops.close(private, context)).await;
                diags.extend(not_closed(instance, closed));
            }
        });
        diags
    }
}

/// What is to be said where an ephemeral object did not close.
fn not_closed(
    instance: &AbsInstance,
    closed: Result<Result<(), OpError>, tokio::time::error::Elapsed>,
) -> Option<Diagnostic> {
    let why = match closed {
        Ok(Ok(())) => return None,
        Ok(Err(error)) => {
            let Failure { summary, detail, .. } = failure(error);
            format!("{summary}: {detail}")
        }
        Err(_) => format!("It did not answer within {} seconds.", CLOSING.as_secs()),
    };
    let detail = format!("{instance} was opened for this plan, and may still be open. {why}");
    Some(Diagnostic::warning("Ephemeral object not closed", detail).about(instance.to_string()))
}

/// How long an ephemeral object has to close.
const CLOSING: Duration = Duration::from_secs(30);

async fn carry(question: Question, provider: Arc<dyn Provider>, context: Context) -> Done {
    let began = Instant::now();
    let reply = ask(&question.wanted, &*provider, context).await;
    Done { question, began, reply }
}

async fn ask(wanted: &Wanted, provider: &dyn Provider, context: Context) -> Result<Reply, OpError> {
    match wanted {
        Wanted::Configure { config } => {
            provider.configure(config.clone(), context).await.map(Reply::Configured)
        }
        Wanted::Refresh { object, prior, private } => {
            let kind = &object.instance.resource.resource.kind;
            let ops = provider.resource_ops(kind).ok_or_else(|| no_type(kind))?;
            let prior = Object { value: prior.clone(), private: private.clone() };
            ops.read(Read { prior }, context).await.map(Reply::Object)
        }
        Wanted::ReadData { instance, config } => {
            let kind = &instance.resource.resource.kind;
            let ops = provider.data_ops(kind).ok_or_else(|| no_type(kind))?;
            ops.read(ReadData { config: config.clone() }, context).await.map(Reply::Value)
        }
        Wanted::Import { instance, id } => import(instance, id, provider, context).await,
        Wanted::OpenEphemeral { instance, config } => {
            let kind = &instance.resource.resource.kind;
            let ops = provider.ephemeral_ops(kind).ok_or_else(|| no_type(kind))?;
            ops.open(Open { config: config.clone() }, context).await.map(Reply::Opened)
        }
    }
}

/// Finds an object, and reads it.
async fn import(
    instance: &AbsInstance,
    id: &ImportId,
    provider: &dyn Provider,
    context: Context,
) -> Result<Reply, OpError> {
    let kind = &instance.resource.resource.kind;
    let ops = provider.resource_ops(kind).ok_or_else(|| no_type(kind))?;
    let key = match id {
        ImportId::Id(id) => ImportKey::Id(id.to_string()),
        ImportId::Identity(value) => ImportKey::Identity(value.clone()),
    };
    let found = ops.import(Import { key }, context.clone()).await?;
    let Some(object) = found.into_iter().find(|found| *found.kind == **kind) else {
        return Ok(Reply::Object(None));
    };
    ops.read(Read { prior: object.object }, context).await.map(Reply::Object)
}

/// What a question is about, by name.
struct TaskOf<'a>(&'a Question);

impl fmt::Display for TaskOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.wanted {
            Wanted::Configure { .. } => write!(f, "configure {}", self.0.provider),
            Wanted::Refresh { object, .. } => write!(f, "refresh {object}"),
            Wanted::ReadData { instance, .. } => write!(f, "read {instance}"),
            Wanted::Import { instance, .. } => write!(f, "import {instance}"),
            Wanted::OpenEphemeral { instance, .. } => write!(f, "open {instance}"),
        }
    }
}

fn tell_begin(question: &Question, seen: &mut dyn FnMut(Seen)) {
    match &question.wanted {
        Wanted::Refresh { object, prior, .. } => {
            let address = object.instance.clone();
            seen(Seen::RefreshStarted { address, id: ShownId::of(prior) });
        }
        Wanted::ReadData { instance, .. } => seen(started(instance, Doing::Read, None)),
        Wanted::OpenEphemeral { instance, .. } => seen(started(instance, Doing::Open, None)),
        Wanted::Configure { .. } | Wanted::Import { .. } => {}
    }
}

fn started(instance: &AbsInstance, doing: Doing, id: Option<ShownId>) -> Seen {
    Seen::Event(Event::Started { address: ObjectAddr::current(instance.clone()), doing, id })
}

fn tell_end(
    question: &Question,
    elapsed: Duration,
    reply: Option<&Reply>,
    seen: &mut dyn FnMut(Seen),
) {
    let (instance, doing) = match &question.wanted {
        Wanted::Refresh { object, prior, .. } => {
            let address = object.instance.clone();
            seen(Seen::RefreshDone { address, id: ShownId::of(prior) });
            return;
        }
        Wanted::ReadData { instance, .. } => (instance, Doing::Read),
        Wanted::OpenEphemeral { instance, .. } => (instance, Doing::Open),
        Wanted::Configure { .. } | Wanted::Import { .. } => return,
    };
    let address = ObjectAddr::current(instance.clone());
    seen(Seen::Event(match reply {
        Some(Reply::Value(value)) => {
            Event::Done { address, doing, elapsed, id: ShownId::of(value) }
        }
        Some(_) => Event::Done { address, doing, elapsed, id: None },
        None => Event::Failed { address, doing, elapsed },
    }));
}

fn no_provider(question: &Question) -> Failure {
    let name = question.provider.config.provider.for_display();
    Failure {
        summary: "Provider is not part of wb".to_owned(),
        detail: format!("There is no provider {name} in this wb."),
        path: None,
        help: Vec::new(),
    }
}

fn no_type(kind: &str) -> OpError {
    OpError::new(
        ErrorKind::Unexpected,
        "Type without operations",
        format!("The provider describes {kind} and cannot read it. This is a bug in wb."),
    )
}

fn failure(error: OpError) -> Failure {
    let mut detail = error.detail;
    for (what, name) in [("request", error.request), ("request id", error.request_id)] {
        if let Some(name) = name {
            detail.push_str(&format!(" ({what}: {name})"));
        }
    }
    Failure { summary: error.summary, detail, path: error.path, help: error.help }
}
