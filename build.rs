//! Embeds the templates, so that the binary needs no files beside it.

#[expect(clippy::disallowed_methods, reason = "a build script writes what it generates")]
fn main() {
    minijinja_embed::embed_templates!("templates", &[".yaml.j2"][..]);
}
