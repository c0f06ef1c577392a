//! What the SDK reports, in the store's terms.

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use wb_store::remote::BucketError;

/// A request that failed. Where nobody can say whether it arrived, that is unclear, and to be tried again.
pub(crate) fn failure<E>(error: &SdkError<E, HttpResponse>) -> BucketError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => BucketError::Unclear("there is no answer".to_owned()),
        SdkError::ResponseError(_) => BucketError::Unclear(chain(error)),
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            BucketError::Unclear(chain(error))
        }
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let (code, message) = (service.err().code(), service.err().message());
            classify(status, code.unwrap_or_default(), message.unwrap_or_default())
        }
        _ => BucketError::Refused(chain(error)),
    }
}

fn classify(status: u16, code: &str, message: &str) -> BucketError {
    let said = match (code, message) {
        ("", "") => format!("the server answers {status}"),
        ("", message) => format!("{message} ({status})"),
        (code, "") => format!("{code} ({status})"),
        (code, message) => format!("{code}: {message}"),
    };
    match (status, code) {
        (412, _) | (409, "ConditionalRequestConflict") => BucketError::Condition,
        // The object that was to be replaced is gone.
        (404, "NoSuchKey") => BucketError::Condition,
        (429 | 500..=599, _) | (_, "SlowDown" | "RequestTimeout") if status != 501 => {
            BucketError::Unclear(said)
        }
        _ => BucketError::Refused(said),
    }
}

/// An error with its causes, each said once.
fn chain(error: &dyn Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
        next = error.source();
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let unclear = |e| matches!(e, BucketError::Unclear(_));
        assert_eq!(classify(412, "PreconditionFailed", "x"), BucketError::Condition);
        assert_eq!(classify(404, "NoSuchKey", "x"), BucketError::Condition);
        assert!(unclear(classify(503, "SlowDown", "x")));
        assert!(unclear(classify(400, "RequestTimeout", "x")));
        assert_eq!(
            classify(404, "NoSuchBucket", "The bucket does not exist"),
            BucketError::Refused("NoSuchBucket: The bucket does not exist".to_owned())
        );
        assert_eq!(
            classify(501, "NotImplemented", ""),
            BucketError::Refused("NotImplemented (501)".to_owned())
        );
        assert_eq!(
            classify(403, "", ""),
            BucketError::Refused("the server answers 403".to_owned())
        );
    }
}
