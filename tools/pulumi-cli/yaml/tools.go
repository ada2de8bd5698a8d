//go:build tools

// Package tools keeps the requirement on Pulumi's YAML language host in go.mod when `go mod tidy` runs.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
