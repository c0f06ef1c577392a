//! The requests.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::{BoxError, SdkError};
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::{ByteStream, DateTime, DateTimeFormat};
use aws_sdk_s3::types::{
    ChecksumAlgorithm, Delete, ObjectCannedAcl, ObjectIdentifier, ServerSideEncryption,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use tokio::runtime::Runtime;
use wb_store::remote::{Bucket, BucketError, Condition, Got, Listed, Listing, Put};

use crate::arguments::Arguments;
use crate::connect::connect;
use crate::failure::failure;

/// The metadata that holds a note.
const NOTE: &str = "wb";
/// So many objects can be removed with one request.
const BATCH: usize = 1_000;

/// A bucket on S3. It connects with the first request.
#[derive(Debug)]
pub struct S3Bucket {
    arguments: Arguments,
    connection: Mutex<Option<Connection>>,
}

/// A client, and the thread that its requests are made on: who asks may be within a runtime of its own.
#[derive(Debug)]
struct Connection {
    client: Client,
    runtime: Option<Runtime>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Waiting for what hangs in the network is not allowed within another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl S3Bucket {
    #[must_use]
    pub fn new(arguments: Arguments) -> Self {
        Self { arguments, connection: Mutex::new(None) }
    }

    /// Makes one request, on the connection's thread.
    fn request<T, F>(&self, make: impl FnOnce(Client) -> F) -> Result<T, BucketError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, BucketError>> + Send + 'static,
    {
        let answer = {
            let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = match &mut *connection {
                Some(connection) => connection,
                none => none.insert(self.connect()?),
            };
            let request = make(connection.client.clone());
            spawn(connection.runtime.as_ref(), request)?
        };
        wait(&answer)
    }

    fn connect(&self) -> Result<Connection, BucketError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("wb-s3")
            .enable_all()
            .build()
            .map_err(|error| BucketError::Refused(format!("no thread can be started: {error}")))?;
        let arguments = self.arguments.clone();
        let answer = spawn(Some(&runtime), async move { connect(&arguments).await })?;
        let client = wait(&answer)?;
        Ok(Connection { client, runtime: Some(runtime) })
    }

    fn put_request(&self, client: &Client, key: &str, put: &Put<'_>) -> PutObjectFluentBuilder {
        let arguments = &self.arguments;
        let mut request = client
            .put_object()
            .bucket(arguments.bucket())
            .key(key)
            .content_type("application/json")
            .body(ByteStream::from(put.bytes.to_vec()));
        match put.condition {
            Condition::Always => {}
            Condition::Absent => request = request.if_none_match("*"),
            Condition::Match(etag) => request = request.if_match(etag),
        }
        if let Some(note) = put.note {
            request = request.metadata(NOTE, STANDARD.encode(note));
        }
        if arguments.skip_s3_checksum != Some(true) {
            request = request.checksum_algorithm(ChecksumAlgorithm::Sha256);
        }
        if let Some(key) = &arguments.kms_key_id {
            request =
                request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key);
        } else if let Some(sse) = self.customer() {
            request = with_key!(request, sse);
        } else if arguments.encrypt == Some(true) {
            request = request.server_side_encryption(ServerSideEncryption::Aes256);
        }
        if let Some(acl) = &arguments.acl {
            request = request.acl(ObjectCannedAcl::from(acl.as_str()));
        }
        request
    }

    fn customer(&self) -> Option<CustomerKey> {
        customer_key(self.arguments.sse_customer_key.as_deref()?)
    }
}

/// The request with a key of the user's own. The SDK has a type for each kind of request, and no trait for these methods.
macro_rules! with_key {
    ($request:expr, $sse:expr) => {
        $request
            .sse_customer_algorithm("AES256")
            .sse_customer_key($sse.key)
            .sse_customer_key_md5($sse.md5)
    };
}
use with_key;

/// A key of the user's own, as requests carry it.
pub(crate) struct CustomerKey {
    key: String,
    md5: String,
}

/// Nothing where it is no key.
pub(crate) fn customer_key(text: &str) -> Option<CustomerKey> {
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 32)?;
    Some(CustomerKey { key: text.to_owned(), md5: STANDARD.encode(Md5::digest(&bytes)) })
}

type Answer<T> = mpsc::Receiver<Result<T, BucketError>>;

fn spawn<T: Send + 'static>(
    runtime: Option<&Runtime>,
    request: impl Future<Output = Result<T, BucketError>> + Send + 'static,
) -> Result<Answer<T>, BucketError> {
    let runtime = runtime.ok_or_else(gone)?;
    let (to, from) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Whoever asked may have gone.
        to.send(request.await).unwrap_or_default();
    });
    Ok(from)
}

fn wait<T>(answer: &Answer<T>) -> Result<T, BucketError> {
    answer.recv().unwrap_or_else(|_| Err(gone()))
}

fn gone() -> BucketError {
    BucketError::Unclear("the request was given up".to_owned())
}

impl Bucket for S3Bucket {
    fn name(&self) -> String {
        format!("s3://{}", self.arguments.bucket())
    }

    fn server(&self) -> String {
        self.arguments.s3_endpoint().unwrap_or("s3.amazonaws.com").to_owned()
    }

    fn get(&self, key: &str) -> Result<Option<Got>, BucketError> {
        let sse = self.customer();
        self.request(|client| {
            let mut request = client.get_object().bucket(self.arguments.bucket()).key(key);
            if let Some(sse) = sse {
                request = with_key!(request, sse);
            }
            async move {
                let output = match request.send().await {
                    Ok(output) => output,
                    Err(SdkError::ServiceError(e)) if e.err().is_no_such_key() => return Ok(None),
                    Err(error) => return Err(failure(&error)),
                };
                let etag = output.e_tag().unwrap_or_default().to_owned();
                let bytes = output.body.collect().await.map_err(|error| {
                    BucketError::Unclear(format!("the answer was cut off: {error}"))
                })?;
                Ok(Some(Got { bytes: bytes.to_vec(), etag }))
            }
        })
    }

    fn note(&self, key: &str) -> Result<Option<String>, BucketError> {
        let sse = self.customer();
        self.request(|client| {
            let mut request = client.head_object().bucket(self.arguments.bucket()).key(key);
            if let Some(sse) = sse {
                request = with_key!(request, sse);
            }
            async move {
                match request.send().await {
                    Ok(output) => {
                        let note = output.metadata().and_then(|m| m.get(NOTE));
                        let bytes = note.and_then(|note| STANDARD.decode(note).ok());
                        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
                    }
                    Err(SdkError::ServiceError(e)) if e.err().is_not_found() => Ok(None),
                    Err(error) => Err(failure(&error)),
                }
            }
        })
    }

    fn put(&self, key: &str, put: &Put<'_>) -> Result<String, BucketError> {
        self.request(|client| {
            let request = self.put_request(&client, key, put);
            async move {
                match request.send().await {
                    Ok(output) => Ok(output.e_tag().unwrap_or_default().to_owned()),
                    Err(error) => Err(failure(&error)),
                }
            }
        })
    }

    fn list(&self, prefix: &str) -> Result<Listing, BucketError> {
        let (bucket, prefix) = (self.arguments.bucket().to_owned(), prefix.to_owned());
        self.request(|client| async move {
            let mut listing = Listing::default();
            let mut next: Option<String> = None;
            loop {
                let date = ServerDate::default();
                let request = client
                    .list_objects_v2()
                    .bucket(&bucket)
                    .prefix(&prefix)
                    .set_continuation_token(next)
                    .customize()
                    .interceptor(date.clone());
                let output = request.send().await.map_err(|error| failure(&error))?;
                for object in output.contents() {
                    let Some(key) = object.key() else { continue };
                    let modified = object.last_modified().map_or(0, DateTime::secs);
                    listing.objects.push(Listed { key: key.to_owned(), modified });
                }
                // The first page's: what is listed later may seem younger, never older.
                if listing.now == 0 {
                    listing.now = date.seconds();
                }
                next = output.next_continuation_token().map(str::to_owned);
                if next.is_none() {
                    return Ok(listing);
                }
            }
        })
    }

    fn delete(&self, keys: &[String]) -> Result<(), BucketError> {
        let (bucket, keys) = (self.arguments.bucket().to_owned(), keys.to_vec());
        self.request(|client| async move {
            for batch in keys.chunks(BATCH) {
                if batch.len() > 1 {
                    match delete_batch(&client, &bucket, batch).await {
                        Ok(()) => continue,
                        Err(error @ BucketError::Unclear(_)) => return Err(error),
                        // Not everything that speaks S3 removes several at once.
                        Err(_) => {}
                    }
                }
                for key in batch {
                    let sent = client.delete_object().bucket(&bucket).key(key).send().await;
                    sent.map_err(|error| failure(&error))?;
                }
            }
            Ok(())
        })
    }
}

async fn delete_batch(client: &Client, bucket: &str, keys: &[String]) -> Result<(), BucketError> {
    let wrong = |error: aws_sdk_s3::error::BuildError| BucketError::Refused(error.to_string());
    let mut delete = Delete::builder().quiet(true);
    for key in keys {
        delete = delete.objects(ObjectIdentifier::builder().key(key).build().map_err(wrong)?);
    }
    let request = client.delete_objects().bucket(bucket).delete(delete.build().map_err(wrong)?);
    let output = request.send().await.map_err(|error| failure(&error))?;
    match output.errors().first() {
        None => Ok(()),
        Some(error) => {
            let (code, message) = (error.code(), error.message());
            let said = format!("{}: {}", code.unwrap_or_default(), message.unwrap_or_default());
            Err(BucketError::Refused(said))
        }
    }
}

/// Notes when the server answered, by its own clock.
#[derive(Clone, Default, Debug)]
struct ServerDate(Arc<Mutex<i64>>);

impl ServerDate {
    fn seconds(&self) -> i64 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for ServerDate {
    fn name(&self) -> &'static str {
        "ServerDate"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|text| DateTime::from_str(text, DateTimeFormat::HttpDate).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date.map_or(0, |date| date.secs());
        Ok(())
    }
}
