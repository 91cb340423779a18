import { QueryClient, QueryClientProvider, useInfiniteQuery } from "@tanstack/react-query";
import createClient from "openapi-fetch";
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Link, Route, Switch, useLocation, useSearch } from "wouter";
globalThis.kept = [createElement, createRoot, useEffect, useState, QueryClient, QueryClientProvider, useInfiniteQuery, Link, Route, Switch, useLocation, useSearch, createClient];
