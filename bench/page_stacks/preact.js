import { QueryClient, QueryClientProvider, useInfiniteQuery } from "@tanstack/preact-query";
import createClient from "openapi-fetch";
import { h, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Link, Route, Switch, useLocation, useSearch } from "wouter-preact";
globalThis.kept = [h, render, useEffect, useState, QueryClient, QueryClientProvider, useInfiniteQuery, Link, Route, Switch, useLocation, useSearch, createClient];
