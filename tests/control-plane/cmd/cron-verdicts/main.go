// Command cron-verdicts prints what robfig/cron v3, which CDI and the Kubernetes CronJob use, makes of cron expressions.
//
// In, on standard input: a JSON list of expressions. Out: the rows of tests/data/cron.json, in the same order.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/robfig/cron/v3"
)

// Verdict is one row. Bit sets are in hexadecimal; bit 63 says that a star was written.
type Verdict struct {
	Expression string   `json:"expression"`
	Accepted   bool     `json:"accepted"`
	Fields     []string `json:"fields,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "cron-verdicts:", err)
		os.Exit(2)
	}
}

func run() error {
	var expressions []string
	if err := json.NewDecoder(os.Stdin).Decode(&expressions); err != nil {
		return fmt.Errorf("cannot read the list of expressions: %w", err)
	}
	rows := make([][]byte, 0, len(expressions))
	for _, expression := range expressions {
		row, err := row(judge(expression))
		if err != nil {
			return fmt.Errorf("cannot print the verdict on %q: %w", expression, err)
		}
		rows = append(rows, row)
	}
	_, err := fmt.Printf("[\n%s\n]\n", bytes.Join(rows, []byte(",\n")))
	return err
}

func row(verdict Verdict) ([]byte, error) {
	row, err := json.Marshal(verdict)
	return append([]byte("  "), row...), err
}

func judge(expression string) (verdict Verdict) {
	verdict.Expression = expression
	// `TZ=` without a blank behind it panics in this version: a refusal like any other.
	defer func() {
		if recover() != nil {
			verdict = Verdict{Expression: expression}
		}
	}()
	schedule, err := cron.ParseStandard(expression)
	if err != nil {
		return verdict
	}
	verdict.Accepted = true
	if fields, ok := schedule.(*cron.SpecSchedule); ok {
		for _, bits := range []uint64{fields.Minute, fields.Hour, fields.Dom, fields.Month, fields.Dow} {
			verdict.Fields = append(verdict.Fields, fmt.Sprintf("%x", bits))
		}
	}
	return verdict
}
