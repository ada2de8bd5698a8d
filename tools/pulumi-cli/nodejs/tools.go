//go:build tools

// Package tools keeps the requirement on Pulumi's Node.js language host in go.mod when `go mod tidy` runs.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
