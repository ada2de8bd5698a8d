// Stands in for a program of Windows, such as Setup: prints the arguments that it gets as one line of JSON, and ends
// with the exit code that `/exit:` names.
package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := json.NewEncoder(os.Stdout).Encode(os.Args[1:]); err != nil {
		panic(err)
	}
	code := int64(0)
	for _, argument := range os.Args[1:] {
		if given, is := strings.CutPrefix(argument, "/exit:"); is {
			code, _ = strconv.ParseInt(given, 10, 64)
		}
		if given, is := strings.CutPrefix(argument, "/wait:"); is {
			seconds, _ := strconv.Atoi(given)
			time.Sleep(time.Duration(seconds) * time.Second)
		}
	}
	os.Exit(int(int32(code)))
}
