import { QueryClient, useInfiniteQuery, VueQueryPlugin } from "@tanstack/vue-query";
import createClient from "openapi-fetch";
import { createApp, h, onMounted, ref } from "vue";
import { createRouter, createWebHistory, RouterLink, RouterView, useRoute, useRouter } from "vue-router";
globalThis.kept = [createApp, h, onMounted, ref, QueryClient, useInfiniteQuery, VueQueryPlugin, createRouter, createWebHistory, RouterLink, RouterView, useRoute, useRouter, createClient];
