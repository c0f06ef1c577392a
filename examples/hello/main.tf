# A small web site on this machine: pages, a certificate authority with a certificate a page, an archive of it all, and a
# service that is started, checked and, at the end, stopped. It needs nothing but a Rust toolchain.

variable "pages" {
  description = "Titles of pages, by the name of their file."
  type        = map(string)
  default = {
    blue  = "A blue page"
    green = "A green page"
  }
}

locals {
  out = "${path.module}/out"
}

resource "tls_private_key" "authority" {
  algorithm = "ED25519"
}

resource "tls_self_signed_cert" "authority" {
  private_key_pem       = tls_private_key.authority.private_key_pem
  is_ca_certificate     = true
  validity_period_hours = 24 * 365
  allowed_uses          = ["cert_signing", "digital_signature"]

  subject {
    common_name = "hello"
  }
}

module "page" {
  source   = "./page"
  for_each = var.pages

  name   = each.key
  title  = each.value
  folder = local.out
  authority = {
    key_pem  = tls_private_key.authority.private_key_pem
    cert_pem = tls_self_signed_cert.authority.cert_pem
  }
}

resource "archive_file" "site" {
  type        = "zip"
  output_path = "${local.out}/site.zip"

  dynamic "source" {
    for_each = module.page
    content {
      filename = "${source.key}.html"
      content  = source.value.html
    }
  }
}

# Compiles the server, starts it on a free port, and stops it when it is destroyed.
resource "terraform_data" "server" {
  input = {
    source = "${path.module}/server.rs"
    out    = local.out
  }
  triggers_replace = filesha256("${path.module}/server.rs")
  depends_on       = [module.page]

  provisioner "local-exec" {
    command = <<-EOT
      set -e
      rustc -O -o ${self.input.out}/server ${self.input.source}
      ${self.input.out}/server ${self.input.out}/www ${self.input.out}/port > /dev/null 2>&1 &
      echo $! > ${self.input.out}/pid
      for i in 1 2 3 4 5 6 7 8 9 10; do test -s ${self.input.out}/port && exit 0; sleep 0.2; done
      echo "the server does not answer" >&2
      exit 1
    EOT
  }

  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      test ! -f ${self.output.out}/pid || kill "$(cat ${self.output.out}/pid)" || true
      rm -f ${self.output.out}/pid ${self.output.out}/port ${self.output.out}/server
    EOT
  }
}

data "local_file" "port" {
  filename   = "${local.out}/port"
  depends_on = [terraform_data.server]
}

check "service" {
  data "http" "first" {
    url = "http://127.0.0.1:${trimspace(data.local_file.port.content)}/${keys(var.pages)[0]}.html"
  }

  assert {
    condition     = data.http.first.status_code == 200
    error_message = "The service answers ${data.http.first.status_code}."
  }

  assert {
    condition     = strcontains(data.http.first.response_body, values(var.pages)[0])
    error_message = "The service serves another page."
  }
}

output "address" {
  description = "Where the pages are served."
  value       = "http://127.0.0.1:${trimspace(data.local_file.port.content)}/"
}

output "certificates" {
  value = { for name, page in module.page : name => page.certificate_file }
}
