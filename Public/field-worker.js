// Yiju in the field: answers for the page while there is no network. The page itself puts what it is made of into the
// cache; nothing else is kept here, and no data.
"use strict";

const cacheName = "yiju-field";
const patience = 4000;

const kept = async (request) => (await caches.open(cacheName)).match(request);

const late = () => new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), patience); });

// The newest page where there is a network; the kept one where there is none, or none to speak of.
const page = async (request) => {
  try {
    const answer = await Promise.race([fetch(request), late()]);
    if (answer.status < 500) return answer;
  } catch {
    // without a network
  }
  return (await kept("/field")) ?? Response.error();
};

// The address of a file says its version, so that the kept one is right.
const file = async (request) => (await kept(request)) ?? fetch(request);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === "/field") event.respondWith(page(event.request));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(event.request));
});
