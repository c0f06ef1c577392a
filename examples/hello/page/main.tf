variable "name" {
  type = string

  validation {
    condition     = can(regex("^[a-z]+$", var.name))
    error_message = "The name of a page is in lower-case letters."
  }
}

variable "title" {
  type = string
}

variable "folder" {
  type = string
}

variable "authority" {
  type = object({
    key_pem  = string
    cert_pem = string
  })
  sensitive = true
}

locals {
  html = "<!doctype html><title>${var.title}</title><h1>${var.title}</h1>\n"
}

resource "local_file" "page" {
  filename = "${var.folder}/www/${var.name}.html"
  content  = local.html
}

resource "tls_private_key" "page" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_cert_request" "page" {
  private_key_pem = tls_private_key.page.private_key_pem
  dns_names       = ["${var.name}.localhost"]

  subject {
    common_name = "${var.name}.localhost"
  }
}

resource "tls_locally_signed_cert" "page" {
  cert_request_pem      = tls_cert_request.page.cert_request_pem
  ca_private_key_pem    = var.authority.key_pem
  ca_cert_pem           = var.authority.cert_pem
  validity_period_hours = 24 * 90
  allowed_uses          = ["server_auth"]
}

resource "local_sensitive_file" "key" {
  filename        = "${var.folder}/certs/${var.name}.key"
  content         = tls_private_key.page.private_key_pem
  file_permission = "0600"
}

resource "local_file" "certificate" {
  filename = "${var.folder}/certs/${var.name}.pem"
  content  = tls_locally_signed_cert.page.cert_pem
}

output "html" {
  value = local.html
}

output "certificate_file" {
  value = local_file.certificate.filename
}
