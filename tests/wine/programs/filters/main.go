// Stands in for find.exe and findstr.exe, by the name that it is called by: Wine's own lack /c, /v, /b and /x. It does what
// Microsoft's pages of both commands say, and no more than the scripts ask for.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
)

type question struct {
	invert, count, ignoreCase, begins, ends, whole, numbers, literal bool
	patterns, files                                                  []string
}

func fail(said string) {
	fmt.Fprintln(os.Stderr, said)
	os.Exit(2)
}

func read(isFind bool) question {
	asked := question{literal: isFind}
	switches := map[string]*bool{
		"/v": &asked.invert, "/i": &asked.ignoreCase, "/b": &asked.begins, "/e": &asked.ends, "/x": &asked.whole,
		"/n": &asked.numbers, "/l": &asked.literal,
	}
	for _, argument := range os.Args[1:] {
		name := strings.ToLower(argument)
		if isFind && name == "/c" {
			asked.count = true
		} else if !isFind && strings.HasPrefix(name, "/c:") {
			asked.literal = true
			asked.patterns = append(asked.patterns, argument[3:])
		} else if is, known := switches[name]; known {
			*is = true
		} else if name == "/r" {
			asked.literal = false
		} else if strings.HasPrefix(name, "/") {
			fail("unknown switch " + argument)
		} else if asked.patterns != nil {
			asked.files = append(asked.files, argument)
		} else if isFind {
			asked.patterns = []string{argument}
		} else {
			asked.patterns = strings.Fields(argument)
		}
	}
	if asked.patterns == nil {
		fail("nothing to look for")
	}
	return asked
}

// matcher tells whether a line is found. An expression of findstr is a small part of what Go's are.
func (asked question) matcher(isFind bool) func(string) bool {
	// No line holds the empty text for find: so it counts all lines with /v "".
	if isFind && asked.patterns[0] == "" {
		return func(string) bool { return false }
	}
	var all []*regexp.Regexp
	for _, pattern := range asked.patterns {
		if asked.literal {
			pattern = regexp.QuoteMeta(pattern)
		}
		if asked.begins || asked.whole {
			pattern = "^(?:" + pattern + ")"
		}
		if asked.ends || asked.whole {
			pattern = "(?:" + pattern + ")$"
		}
		if asked.ignoreCase {
			pattern = "(?i)" + pattern
		}
		all = append(all, regexp.MustCompile(pattern))
	}
	return func(line string) bool {
		for _, each := range all {
			if each.MatchString(line) {
				return true
			}
		}
		return false
	}
}

func main() {
	called := strings.ToLower(os.Args[0][strings.LastIndex(os.Args[0], `\`)+1:])
	isFind := strings.TrimSuffix(called, ".exe") == "find"
	asked := read(isFind)
	input := os.Stdin
	if len(asked.files) > 0 {
		file, err := os.Open(asked.files[0])
		if err != nil {
			fail(err.Error())
		}
		input = file
	}
	matches := asked.matcher(isFind)
	lines := bufio.NewReader(input)
	output := bufio.NewWriter(os.Stdout)
	found, number := 0, 0
	for ended := false; !ended; {
		line, err := lines.ReadBytes('\n')
		ended = err != nil
		if len(line) == 0 {
			continue
		}
		number++
		if matches(string(bytes.TrimRight(line, "\r\n"))) == asked.invert {
			continue
		}
		found++
		if asked.count {
			continue
		}
		if asked.numbers {
			fmt.Fprintf(output, "%d:", number)
		}
		output.Write(line)
		if ended {
			output.WriteString("\r\n")
		}
	}
	if asked.count {
		fmt.Fprintf(output, "%d\r\n", found)
	}
	output.Flush()
	if found == 0 {
		os.Exit(1)
	}
}
