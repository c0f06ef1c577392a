//! The standard provider: terraform_data, random, tls, local files, time, http, external, archives, cloud-init.
