//! Data in the JSON shapes of Terraform, so that tools which read those work.
