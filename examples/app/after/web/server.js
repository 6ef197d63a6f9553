// Serves the shop window and tells the help desk whether a supplier answers.
const { exec } = require("child_process");
const express = require("express");
const lodash = require("lodash");
const minimist = require("minimist");

const options = minimist(process.argv.slice(2));
const helpDeskToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtYWRlLXVwIiwibmFtZSI6ImhlbHAgZGVzayJ9.bWFkZS11cC1zaWduYXR1cmUtZm9yLXRoZS1leGFtcGxl";

const server = express();

server.get("/ping", (request, response) => {
  exec("ping -c 1 " + request.query.host, (error, output) => {
    response.type("text/plain").send(output);
  });
});

server.get("/hello", (request, response) => {
  response.type("text/plain").send(`Hello ${request.query.name}`);
});

server.get("/options", (request, response) => {
  response.json(lodash.merge({ currency: "EUR" }, request.query));
});

server.get("/help-desk", (request, response) => {
  response.json({ open: request.get("authorization") === `Bearer ${helpDeskToken}` });
});

server.listen(options.port || 3000);
