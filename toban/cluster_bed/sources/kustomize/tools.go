//go:build tools

// Package kustomize names the program that renders the manifests, so that `go mod tidy` keeps what it needs.
package kustomize

import _ "sigs.k8s.io/kustomize/kustomize/v5"
