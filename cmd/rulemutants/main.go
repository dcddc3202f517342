// Command rulemutants asks whether the rules' own cases would notice a wrong check. It builds the rule library with
// every condition made switchable (each if, each case of a switch without a tag, each operand of && and ||, each
// comparison that is returned), runs the cases with one condition negated at a time, and counts the negations that make
// a case fail. All mutants are in one test binary, so the whole library takes seconds.
//
//	go run ./cmd/rulemutants [-min 90] [-list] [DIR]
//
// DIR is the folder of the rules. The exit code is 1 when less than -min percent are noticed; -list names the rest.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// library is where the rules are, seen from the root of the module.
const library = "internal/rule/managed"

// notChecks are files of the library that judge nothing.
var notChecks = map[string]bool{"catalog.go": true, "controls.go": true, "family.go": true, "index.go": true}

func main() {
	log.SetFlags(0)
	log.SetPrefix("rulemutants: ")
	least := flag.Float64("min", 90, "percent of the negated conditions that a case must notice")
	list := flag.Bool("list", false, "name the negations that no case notices")
	flag.Parse()
	dir := library
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	if err := run(dir, *least, *list); err != nil {
		log.Fatal(err)
	}
}

// run instruments the rules in a temporary folder and tests them there by an overlay; the tree is not touched.
func run(dir string, least float64, list bool) error {
	temp, err := os.MkdirTemp("", "rulemutants")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	overlay := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no Go files in %s; name the folder of the rules", dir)
	}
	var places []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || notChecks[filepath.Base(file)] {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		mutated, found, err := instrument(file, text, len(places))
		if err != nil {
			return err
		}
		places = append(places, found...)
		if err := replace(overlay, temp, file, mutated); err != nil {
			return err
		}
	}
	if err := replace(overlay, temp, filepath.Join(dir, "mutant_switch.go"), []byte(switches)); err != nil {
		return err
	}
	return test(dir, temp, overlay, places, least, list)
}

// replace writes a text that the build takes in place of a file of the tree.
func replace(overlay map[string]string, temp, file string, text []byte) error {
	instead := filepath.Join(temp, fmt.Sprintf("%d_%s", len(overlay), filepath.Base(file)))
	whole, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	overlay[whole] = instead
	return os.WriteFile(instead, text, 0o600)
}

func test(dir, temp string, overlay map[string]string, places []string, least float64, list bool) error {
	spec, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return err
	}
	index := filepath.Join(temp, "overlay.json")
	if err := os.WriteFile(index, spec, 0o600); err != nil {
		return err
	}
	result := filepath.Join(temp, "result.json")
	cmd := exec.Command("go", "test", "-tags", "mutants", "-overlay", index, "-count", "1", "-run", "^TestMutants$", "./"+filepath.ToSlash(dir))
	cmd.Env = append(os.Environ(), "TICKMARK_MUTANTS="+result)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the mutated library: %w", err)
	}
	text, err := os.ReadFile(result)
	if err != nil {
		return err
	}
	var fates map[int]string
	if err := json.Unmarshal(text, &fates); err != nil {
		return err
	}
	return report(places, fates, least, list)
}

// report counts. A condition that only decides how rules are declared is no part of a check and is left out.
func report(places []string, fates map[int]string, least float64, list bool) error {
	count := map[string]int{}
	for id, place := range places {
		fate := fates[id]
		if fate == "" {
			fate = "never reached"
		}
		count[fate]++
		if list && fate != "killed" && fate != "declaration" {
			fmt.Printf("%s: %s\n", place, fate)
		}
	}
	judged := len(places) - count["declaration"]
	percent := 100 * float64(count["killed"]) / float64(max(judged, 1))
	fmt.Printf("%d conditions of checks: %d negations noticed by a case (%.1f %%), %d not noticed, %d never reached; %d decide declarations\n",
		judged, count["killed"], percent, count["survived"], count["never reached"], count["declaration"])
	if percent < least {
		return fmt.Errorf("%.1f %% noticed, want %.0f %%; -list names the rest", percent, least)
	}
	return nil
}
