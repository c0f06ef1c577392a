//! The suite that every store passes, on those of this crate.

mod embedded {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::embedded());
}

mod file {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::file());
}

mod sealed_embedded {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::embedded().sealed());
}

mod sealed_file {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::file().sealed());
}

mod sealed_bucket {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_one_machine().sealed());
}

mod sealed_bucket_of_many_machines {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_many_machines().sealed());
}

mod bucket {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_one_machine());
}

mod bucket_of_many_machines {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_many_machines());
}
