//! The suite that every store passes, on those of this crate.

mod embedded {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::embedded());
}

mod file {
    wb_testkit::store_conformance!(wb_testkit::stores::Local::file());
}

mod bucket {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_one_machine());
}

mod bucket_of_many_machines {
    wb_testkit::store_conformance!(wb_testkit::stores::InBucket::on_many_machines());
}
