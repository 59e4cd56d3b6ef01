//! What a person sees who edits a new fleet repository with yaml-language-server.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::tools;

#[test]
fn hover_tells_what_a_field_means_and_its_default() {
    let mut editor = Editor::open();
    let text = editor.text("overlays/company.yaml");
    assert_eq!(editor.diagnostics("overlays/company.yaml", &text), Vec::<String>::new());
    let hover = editor.ask("textDocument/hover", "overlays/company.yaml", &place(&text, "keep:"));
    let told = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(told.contains("Imports kept of each image") && told.contains("Default: 2"), "{hover}");
}

#[test]
fn completion_offers_the_fields_of_an_image() {
    let mut editor = Editor::open();
    let text = editor.text("sites/example.yaml");
    assert_eq!(editor.diagnostics("sites/example.yaml", &text), Vec::<String>::new());
    let text = text.replace("        registry: quay.io/containerdisks/fedora:latest\n", "        \n");
    editor.diagnostics("sites/other.yaml", &text);
    let line = text.lines().position(|line| line == "        ").unwrap();
    let offered =
        editor.ask("textDocument/completion", "sites/other.yaml", &json!({"line": line, "character": 8}));
    let labels: Vec<&str> =
        offered["items"].as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect();
    for field in ["registry", "imageStream", "pvc", "schedule"] {
        assert!(labels.contains(&field), "{field} is not in {labels:?}");
    }
}

#[test]
fn a_misspelt_field_is_underlined() {
    let mut editor = Editor::open();
    let text = editor.text("sites/example.yaml").replace("        size:", "        siez:");
    let told = editor.diagnostics("sites/example.yaml", &text);
    assert!(told.iter().any(|told| told.contains("siez")), "{told:?}");
}

/// A language server that looks at a fleet repository just made.
struct Editor {
    folder: tempfile::TempDir,
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Editor {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        tools::run(Command::new(env!("CARGO_BIN_EXE_goldsmith")).arg("init").arg(folder.path()), "");
        let mut server = tools::yaml_language_server();
        let server = server.arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = server.spawn().unwrap();
        let (input, output) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let mut editor = Editor { folder, server, input, output, asked: 0 };
        let capabilities = json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}});
        let root = editor.uri("");
        editor.request(
            "initialize",
            &json!({"processId": null, "rootUri": root, "capabilities": capabilities}),
        );
        editor.send(&json!({"method": "initialized", "params": {}}));
        let settings = json!({"yaml": {"hover": true, "completion": true, "validate": true, "schemaStore": {"enable": false}}});
        editor.send(&json!({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}}));
        editor
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// Opens a file with this text; what the server has to say about it.
    fn diagnostics(&mut self, path: &str, text: &str) -> Vec<String> {
        let uri = self.uri(path);
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.send(&json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
        let told = self.wait(|told| {
            told["method"] == "textDocument/publishDiagnostics" && told["params"]["uri"] == json!(uri)
        });
        let told = told["params"]["diagnostics"].as_array().unwrap().iter();
        told.map(|told| told["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn ask(&mut self, method: &str, path: &str, position: &Value) -> Value {
        let document = json!({"uri": self.uri(path)});
        self.request(method, &json!({"textDocument": document, "position": position}))
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"id": id, "method": method, "params": params}));
        let mut answer = self.wait(|told| told.get("method").is_none() && told["id"] == json!(id));
        answer["result"].take()
    }

    /// Reads on until something comes; what the server asks meanwhile is answered with its defaults.
    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let told = self.receive();
            if is_it(&told) {
                return told;
            }
            if let (Some(id), Some(_)) = (told.get("id"), told.get("method")) {
                let items = told["params"]["items"].as_array().map(|items| vec![json!({}); items.len()]);
                self.send(&json!({"id": id, "result": items}));
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "yaml-language-server ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn uri(&self, path: &str) -> String {
        let path: PathBuf = self.folder.path().join(Path::new(path));
        format!("file://{}", path.display())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The place of a word in a text.
fn place(text: &str, word: &str) -> Value {
    let found = text.lines().enumerate().find_map(|(line, content)| Some((line, content.find(word)?)));
    let (line, character) = found.unwrap();
    json!({"line": line, "character": character + 1})
}
