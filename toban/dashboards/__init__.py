"""Grafana's boards, written as data and built by Grafana's own types; the JSON beside the manifests is their output."""
