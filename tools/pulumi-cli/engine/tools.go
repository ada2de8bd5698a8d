//go:build tools

// Package tools keeps the requirement on the Pulumi CLI in go.mod when `go mod tidy` runs.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
