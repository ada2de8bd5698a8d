// Runs lines with Windows' cmd.exe for a test that is no Windows program: requests on standard input, one JSON object
// on a line, and what the commands print on standard output, likewise.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// request starts a line, or ends what it has started.
type request struct {
	ID    int    `json:"id"`
	Line  string `json:"line"`
	Stdin []byte `json:"stdin"`
	Kill  bool   `json:"kill"`
}

// report is output of a line, or its end.
type report struct {
	ID     int    `json:"id"`
	Stream string `json:"stream,omitempty"`
	Data   []byte `json:"data,omitempty"`
	Code   *int32 `json:"code,omitempty"`
	Error  string `json:"error,omitempty"`
}

var (
	printing sync.Mutex
	printer  = json.NewEncoder(os.Stdout)
	started  sync.Map
)

func print(said report) {
	printing.Lock()
	defer printing.Unlock()
	if err := printer.Encode(said); err != nil {
		os.Exit(1)
	}
}

type output struct {
	id     int
	stream string
}

func (o output) Write(data []byte) (int, error) {
	print(report{ID: o.id, Stream: o.stream, Data: data})
	return len(data), nil
}

func run(asked request) {
	shell := os.Getenv("COMSPEC")
	command := exec.Command(shell)
	// The line as the SSH server of Windows and WinRM hand it over: in one pair of quotes, and otherwise as it is.
	command.SysProcAttr = &syscall.SysProcAttr{CmdLine: `"` + shell + `" /c "` + asked.Line + `"`}
	command.Stdin = bytes.NewReader(asked.Stdin)
	command.Stdout = output{asked.ID, "stdout"}
	command.Stderr = output{asked.ID, "stderr"}
	if err := command.Start(); err != nil {
		print(report{ID: asked.ID, Error: err.Error()})
		return
	}
	started.Store(asked.ID, command.Process)
	err := command.Wait()
	started.Delete(asked.ID)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) && !errors.Is(err, exec.ErrWaitDelay) {
		// A command that reads no input is done all the same.
		if command.ProcessState == nil {
			print(report{ID: asked.ID, Error: err.Error()})
			return
		}
	}
	code := int32(uint32(command.ProcessState.ExitCode()))
	print(report{ID: asked.ID, Code: &code})
}

func main() {
	requests := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := requests.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var asked request
			if failed := json.Unmarshal(line, &asked); failed != nil {
				panic(failed)
			}
			if asked.Kill {
				if process, is := started.Load(asked.ID); is {
					_ = process.(*os.Process).Kill()
				}
			} else {
				go run(asked)
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			panic(err)
		}
	}
}
