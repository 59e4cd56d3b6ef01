//! Runs on real folders.
#![expect(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use super::check::Check;
use super::inventory::FILE_NAME;
use super::journal::Step;
use super::*;
use crate::manifest::Lifecycle;
use crate::report::How;

/// A folder with an output folder's path in it.
struct Place {
    _temporary: tempfile::TempDir,
    around: PathBuf,
    out: PathBuf,
}

fn place() -> Place {
    let temporary = tempfile::tempdir().unwrap();
    let around = temporary.path().to_owned();
    Place { out: around.join("rendered"), around, _temporary: temporary }
}

fn tree(site: &str, files: &[(&str, &str)]) -> SiteTree {
    let mut tree = SiteTree::new(site, Lifecycle::Present).unwrap();
    for (path, text) in files {
        let component = path.contains('/').then_some("goldenImages");
        tree.file(component, *path, *text).unwrap();
    }
    tree
}

fn render(out: &Path, trees: &[SiteTree]) -> Vec<SiteChange> {
    let write = Write::open(out).unwrap();
    let changes = trees.iter().map(|tree| write.site(tree).unwrap()).collect();
    let sites = trees.iter().map(|tree| tree.site().to_owned()).collect();
    let leaving = write.leaving(&sites).unwrap();
    write.commit(&leaving).unwrap();
    changes
}

/// Every name below a folder, files with their text.
fn content(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_dir() && !path.is_symlink() {
                found.insert(format!("{name}/"), String::new());
                folders.push(path);
            } else {
                found.insert(name, fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    found
}

fn codes(change: &SiteChange) -> Vec<&'static str> {
    change.findings.iter().map(|found| found.rule.code).collect()
}

const TWO: [(&str, &str); 3] =
    [("golden-images/a.yaml", "a: 1\n"), ("golden-images/b.yaml", "b: 1\n"), ("kustomization.yaml", "k\n")];

#[test]
fn a_fresh_tree_is_there_as_a_whole_after_the_commit_and_not_before() {
    let place = place();
    let write = Write::open(&place.out).unwrap();
    let change = write.site(&tree("edge", &TWO)).unwrap();
    assert!(change.files.values().all(|state| *state == FileState::New));
    assert!(content(&place.out).is_empty());
    write.commit(&[]).unwrap();
    let names: Vec<_> = content(&place.around).into_keys().collect();
    let expected = [
        "rendered/",
        "rendered/edge/",
        "rendered/edge/.goldsmith-inventory",
        "rendered/edge/golden-images/",
        "rendered/edge/golden-images/a.yaml",
        "rendered/edge/golden-images/b.yaml",
        "rendered/edge/kustomization.yaml",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_run_that_is_dropped_leaves_nothing_behind() {
    let place = place();
    let write = Write::open(&place.out).unwrap();
    write.site(&tree("edge", &TWO)).unwrap();
    drop(write);
    assert!(content(&place.around).is_empty());

    render(&place.out, &[tree("edge", &TWO)]);
    let before = content(&place.around);
    let write = Write::open(&place.out).unwrap();
    write.site(&tree("edge", &[("golden-images/a.yaml", "a: 2\n")])).unwrap();
    drop(write);
    assert_eq!(content(&place.around), before);
}

#[test]
fn many_threads_write_what_one_writes() {
    use rayon::prelude::*;
    let trees: Vec<_> = (0..40).map(|number| tree(&format!("site-{number}"), &TWO)).collect();
    let (one, many) = (place(), place());
    render(&one.out, &trees);
    let write = Write::open(&many.out).unwrap();
    trees.par_iter().for_each(|tree| drop(write.site(tree).unwrap()));
    write.commit(&[]).unwrap();
    assert_eq!(content(&one.around), content(&many.around));
}

#[test]
fn an_equal_file_is_untouched_and_a_changed_one_replaced() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO)]);
    let inode = |name: &str| fs::metadata(place.out.join("edge/golden-images").join(name)).unwrap().ino();
    let (a, b) = (inode("a.yaml"), inode("b.yaml"));
    let changes = render(
        &place.out,
        &[tree(
            "edge",
            &[("golden-images/a.yaml", "a: 1\n"), ("golden-images/b.yaml", "b: 2\n"), ("new.yaml", "")],
        )],
    );
    assert_eq!(inode("a.yaml"), a);
    assert_ne!(inode("b.yaml"), b);
    let states: Vec<_> = changes[0].files.iter().map(|(path, state)| (path.as_str(), *state)).collect();
    let expected = [
        (FILE_NAME, FileState::Changed),
        ("golden-images/a.yaml", FileState::Same),
        ("golden-images/b.yaml", FileState::Changed),
        ("kustomization.yaml", FileState::Removed),
        ("new.yaml", FileState::New),
    ];
    assert_eq!(states, expected);
    assert!(!place.out.join("edge/kustomization.yaml").exists());
    assert!(!place.out.join(WORK).exists());
}

#[test]
fn a_folder_that_became_empty_goes_and_one_with_a_foreign_file_stays() {
    let place = place();
    render(&place.out, &[tree("edge", &[("gone/deep/a.yaml", ""), ("kept/a.yaml", ""), ("k.yaml", "")])]);
    fs::write(place.out.join("edge/kept/README"), "mine").unwrap();
    render(&place.out, &[tree("edge", &[("k.yaml", "")])]);
    assert!(!place.out.join("edge/gone").exists());
    assert_eq!(fs::read_to_string(place.out.join("edge/kept/README")).unwrap(), "mine");
    assert!(!place.out.join("edge/kept/a.yaml").exists());
}

#[test]
fn a_site_that_leaves_takes_its_own_files_and_no_others() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO), tree("paris", &TWO), tree("lyon", &TWO)]);
    fs::write(place.out.join("paris/notes.txt"), "mine").unwrap();
    fs::create_dir(place.out.join("not-a-site")).unwrap();
    render(&place.out, &[tree("edge", &TWO)]);
    let names: Vec<_> = content(&place.out).into_keys().filter(|name| !name.starts_with("edge")).collect();
    assert_eq!(names, ["not-a-site/", "paris/", "paris/notes.txt"]);
}

#[test]
fn a_narrowed_run_touches_its_sites_only() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO), tree("paris", &TWO)]);
    let write = Write::open(&place.out).unwrap();
    write.site(&tree("edge", &[("k.yaml", "")])).unwrap();
    write.commit(&[]).unwrap();
    assert_eq!(content(&place.out.join("paris")).len(), 5);
}

#[test]
fn what_leaves_is_told_with_its_last_lifecycle() {
    let place = place();
    let mut old = SiteTree::new("edge", Lifecycle::Orphan).unwrap();
    old.component("podVM", Lifecycle::Absent).unwrap();
    old.file(Some("podVM"), "pod-vm/a.yaml", "").unwrap();
    render(&place.out, &[old]);
    let write = Write::open(&place.out).unwrap();
    let change = write.site(&tree("edge", &TWO)).unwrap();
    let removal = &change.removals[0];
    assert_eq!(
        (&removal.leaving, removal.lifecycle),
        (&Leaving::Component("podVM".to_owned()), Lifecycle::Absent)
    );
    let leaving = write.leaving(&BTreeSet::new()).unwrap();
    assert_eq!((&leaving[0].leaving, leaving[0].lifecycle), (&Leaving::Site, Lifecycle::Orphan));
    assert_eq!(leaving[0].files, ["pod-vm/a.yaml", FILE_NAME]);
}

#[test]
fn a_foreign_file_in_the_way_stops_the_write_and_an_equal_one_is_adopted() {
    let place = place();
    render(&place.out, &[tree("edge", &[("k.yaml", "")])]);
    fs::create_dir(place.out.join("edge/golden-images")).unwrap();
    fs::write(place.out.join("edge/golden-images/a.yaml"), "a: 1\n").unwrap();
    fs::write(place.out.join("edge/golden-images/b.yaml"), "mine\n").unwrap();
    let before = content(&place.around);
    let write = Write::open(&place.out).unwrap();
    let change = write.site(&tree("edge", &TWO)).unwrap();
    assert_eq!(codes(&change), ["GS-WRITE-005"]);
    assert!(
        change.findings.iter().next().unwrap().title.contains("golden-images/b.yaml"),
        "{:?}",
        change.findings
    );
    assert_eq!(change.files["golden-images/a.yaml"], FileState::Same);
    assert!(matches!(write.commit(&[]), Err(WriteError::Blocked(_))));
    assert_eq!(content(&place.around), before);
}

#[test]
fn a_foreign_yaml_in_our_folder_is_warned_about_and_kept() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO)]);
    fs::write(place.out.join("edge/golden-images/mine.yml"), "mine").unwrap();
    fs::write(place.out.join("edge/golden-images/README.md"), "mine").unwrap();
    let changes = render(&place.out, &[tree("edge", &TWO)]);
    assert_eq!(codes(&changes[0]), ["GS-WRITE-003"]);
    assert_eq!(fs::read_to_string(place.out.join("edge/golden-images/mine.yml")).unwrap(), "mine");
}

#[test]
fn a_link_in_the_place_of_a_file_or_folder_is_in_the_way() {
    for (replaced, told) in [("edge/golden-images", 1), ("edge/golden-images/a.yaml", 1), ("edge", 1)] {
        let place = place();
        render(&place.out, &[tree("edge", &TWO)]);
        let elsewhere = place.around.join("elsewhere");
        fs::rename(place.out.join(replaced), &elsewhere).unwrap();
        symlink(&elsewhere, place.out.join(replaced)).unwrap();
        let before = content(&place.around);
        let write = Write::open(&place.out).unwrap();
        let change = write.site(&tree("edge", &[("golden-images/a.yaml", "a: 2\n")])).unwrap();
        let links = change.findings.iter().filter(|found| found.notes[0].contains("symbolic link")).count();
        assert_eq!(links, told, "{replaced}: {:?}", change.findings);
        write.commit(&[]).unwrap_err();
        assert_eq!(content(&place.around), before, "{replaced}");
    }
}

#[test]
fn a_link_as_output_folder_is_refused_with_and_without_a_slash() {
    let place = place();
    fs::create_dir(place.around.join("elsewhere")).unwrap();
    symlink("elsewhere", &place.out).unwrap();
    for out in ["rendered", "rendered/"] {
        let error = Write::open(&place.around.join(out)).unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{error}");
    }
}

#[test]
fn a_second_run_at_once_is_refused() {
    let place = place();
    let first = Write::open(&place.out).unwrap();
    assert!(matches!(Write::open(&place.out), Err(WriteError::Locked(_))));
    first.commit(&[]).unwrap();
    Write::open(&place.out).unwrap();
}

#[test]
fn a_fresh_tree_does_not_replace_what_came_in_the_meantime() {
    let place = place();
    let write = Write::open(&place.out).unwrap();
    write.site(&tree("edge", &TWO)).unwrap();
    fs::write(place.out.join("mine"), "mine").unwrap();
    write.commit(&[]).unwrap_err();
    assert_eq!(content(&place.around).into_keys().collect::<Vec<_>>(), ["rendered/", "rendered/mine"]);
}

#[test]
fn a_decided_write_is_finished_and_an_undecided_one_dropped() {
    let old = tree("edge", &TWO);
    let new = tree("edge", &[("golden-images/a.yaml", "a: 2\n"), ("golden-images/c.yaml", "c\n")]);
    // How many steps were done before the kill; none: killed before the journal was there.
    for done in [None, Some(0), Some(1), Some(2), Some(3), Some(5)] {
        let place = place();
        render(&place.out, std::slice::from_ref(&old));
        let before = content(&place.out);
        killed(&place.out, &new, done);
        let check = Check::open(&place.out).unwrap();
        assert_eq!(check.interrupted().unwrap().unwrap().rule.code, "GS-WRITE-004");
        let write = Write::open(&place.out).unwrap();
        if done.is_some() {
            assert_eq!(write.recovery(), Some(Recovery::Finished));
            assert!(Check::open(&place.out).unwrap().site(&new).unwrap().0.is_empty());
        } else {
            assert_eq!(write.recovery(), Some(Recovery::Dropped));
            assert_eq!(content(&place.out), before);
        }
        drop(write);
        assert_eq!(Check::open(&place.out).unwrap().interrupted().unwrap(), None);
    }
}

/// Leaves a tree as a run leaves it that is killed after some steps of its journal.
fn killed(out: &Path, new: &SiteTree, done: Option<usize>) {
    let out = Folder::open(out).unwrap().unwrap();
    let work = out.make(WORK).unwrap();
    let stage = work.make(journal::STAGE).unwrap();
    let mut steps = Vec::new();
    let change = compare::compare(&out, new, |path, text| {
        stage.create(steps.len().to_string(), text.as_bytes())?;
        steps.push(Step::Replace { path: format!("edge/{path}"), staged: steps.len() });
        Ok(())
    });
    let removed = change.unwrap().files.into_iter().filter(|(_, state)| *state == FileState::Removed);
    steps.extend(removed.map(|(path, _)| Step::Remove { path: format!("edge/{path}") }));
    let Some(done) = done else { return };
    journal::write(&work, &mut steps).unwrap();
    assert_eq!(steps.len(), 5);
    for step in steps.iter().take(done) {
        match step {
            Step::Replace { path, staged } => {
                fs::rename(stage.path().join(staged.to_string()), out.path().join(path)).unwrap();
            }
            Step::Remove { path } => fs::remove_file(out.path().join(path)).unwrap(),
        }
    }
}

#[test]
fn a_fresh_tree_that_was_killed_is_dropped_by_the_next_run() {
    let place = place();
    fs::create_dir_all(place.around.join(".rendered.goldsmith-staging/edge")).unwrap();
    fs::create_dir(&place.out).unwrap();
    assert!(Check::open(&place.out).unwrap().interrupted().unwrap().is_some());
    let write = Write::open(&place.out).unwrap();
    assert_eq!(write.recovery(), Some(Recovery::Dropped));
    write.site(&tree("paris", &TWO)).unwrap();
    write.commit(&[]).unwrap();
    assert!(!place.out.join("edge").exists());
}

#[test]
fn check_tells_missing_different_and_unexpected_and_writes_nothing() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO), tree("paris", &[("k.yaml", "")])]);
    let before = content(&place.around);
    let new = tree("edge", &[("golden-images/a.yaml", "a: 2\n"), ("golden-images/c.yaml", ""), TWO[2]]);
    let check = Check::open(&place.out).unwrap();
    let mut told = check.site(&new).unwrap().0;
    told.extend(check.leaving(&BTreeSet::from(["edge".to_owned()])).unwrap());
    let told: Vec<_> = told.iter().map(|difference| (difference.path.as_str(), difference.how)).collect();
    let expected = [
        ("edge/.goldsmith-inventory", How::Different),
        ("edge/golden-images/a.yaml", How::Different),
        ("edge/golden-images/b.yaml", How::Unexpected),
        ("edge/golden-images/c.yaml", How::Missing),
        ("paris/k.yaml", How::Unexpected),
        ("paris/.goldsmith-inventory", How::Unexpected),
    ];
    assert_eq!(told, expected);
    assert_eq!(content(&place.around), before);
}

#[test]
fn an_inventory_left_in_conflict_names_its_line_and_the_way_out() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO)]);
    fs::write(place.out.join("edge").join(FILE_NAME), "# x\n<<<<<<< HEAD\n").unwrap();
    let error = Write::open(&place.out).unwrap().site(&tree("edge", &TWO)).unwrap_err().to_string();
    assert!(error.contains(".goldsmith-inventory`, line 2"), "{error}");
    assert!(error.contains("render again"), "{error}");
}

#[test]
fn a_tree_that_is_up_to_date_is_not_written_to() {
    let place = place();
    render(&place.out, &[tree("edge", &TWO)]);
    let touched = || {
        let about = fs::metadata(&place.out).unwrap();
        (about.mtime(), about.mtime_nsec())
    };
    let before = touched();
    render(&place.out, &[tree("edge", &TWO)]);
    assert_eq!(touched(), before);
}
