//! The printer for programs: the versioned [`Document`] as JSON.

use super::{Report, document::Document};

/// The report as JSON, final line break included.
pub fn print(report: &Report) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Document::of(report))?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Diagnostic, rules};
    use crate::manifest::ManifestId;
    use crate::provenance::{Layer, Place, Source};
    use crate::report::{Manifest, Site, State, schema};

    const EXPECTED: &str = r#"{
  "report": "goldsmith.dev/report/v1alpha1",
  "goldsmith": "0.0.0",
  "command": "render",
  "summary": {
    "errors": 1,
    "warnings": 0,
    "files": 1,
    "omitted": 0,
    "manifests": {
      "new": 1,
      "changed": 0,
      "same": 1,
      "removed": 0
    }
  },
  "findings": [
    {
      "code": "GS-SPEC-001",
      "severity": "error",
      "title": "unknown field `siez`",
      "sites": [
        "lyon"
      ],
      "place": {
        "path": "overlays/company.yaml",
        "line": 2,
        "column": 3,
        "endLine": 2,
        "endColumn": 7,
        "label": "not a field here"
      },
      "help": [
        {
          "text": "a similar field is `size`",
          "edit": {
            "place": {
              "path": "overlays/company.yaml",
              "line": 2,
              "column": 3,
              "endLine": 2,
              "endColumn": 7
            },
            "with": "size"
          }
        }
      ]
    }
  ],
  "sites": [
    {
      "name": "lyon",
      "manifests": [
        {
          "apiVersion": "v1",
          "kind": "Namespace",
          "name": "images",
          "path": "a.yaml",
          "state": "same"
        },
        {
          "apiVersion": "v1",
          "kind": "Namespace",
          "name": "images",
          "path": "b.yaml",
          "state": "new"
        }
      ]
    },
    {
      "name": "nice",
      "manifests": []
    }
  ]
}
"#;

    #[test]
    fn a_report_is_printed_sorted_and_in_full() {
        assert_eq!(print(&report()).unwrap(), EXPECTED);
    }

    #[test]
    fn what_is_printed_reads_back_as_it_was() {
        let read: Document = serde_json::from_str(EXPECTED).unwrap();
        assert_eq!(read, Document::of(&report()));
    }

    #[test]
    fn another_version_of_the_report_is_not_read() {
        let other = EXPECTED.replace("v1alpha1", "v9");
        assert!(serde_json::from_str::<Document>(&other).is_err());
    }

    #[test]
    fn what_is_printed_fits_its_schema() {
        let validator = crate::schema::Compiled::new(&schema()).unwrap();
        let mut printed: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
        assert!(validator.is_valid(&printed));
        printed["findings"][0]["severity"] = "fatal".into();
        assert!(!validator.is_valid(&printed));
    }

    fn report() -> Report {
        let source = Source {
            path: "overlays/company.yaml".to_owned(),
            layer: Layer::Overlay("company".to_owned()),
            text: "é:\n  siez: 1\n".to_owned(),
        };
        let place = Some(Place { source: Arc::new(source), start: 6, end: 10 });
        let finding = Diagnostic::new(&rules::UNKNOWN_FIELD, "unknown field `siez`")
            .at(place.clone(), "not a field here")
            .edit("a similar field is `size`", place, "size")
            .site("lyon");
        let mut report = Report::new("render");
        "0.0.0".clone_into(&mut report.goldsmith);
        report.findings.push(finding);
        let manifests = vec![manifest("b.yaml", State::New), manifest("a.yaml", State::Same)];
        report.sites = vec![
            Site { name: "nice".to_owned(), manifests: Vec::new() },
            Site { name: "lyon".to_owned(), manifests },
        ];
        report
    }

    fn manifest(path: &str, state: State) -> Manifest {
        let id = ManifestId {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: "images".to_owned(),
        };
        Manifest::new(&id, path, state)
    }
}
