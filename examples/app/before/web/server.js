// Serves the shop window and tells the help desk whether a supplier answers.
const { exec } = require("child_process");
const express = require("express");
const lodash = require("lodash");

const server = express();

server.get("/ping", (request, response) => {
  exec("ping -c 1 " + request.query.host, (error, output) => {
    response.type("text/plain").send(output);
  });
});

server.get("/hello", (request, response) => {
  response.send("<h1>Hello " + request.query.name + "</h1>");
});

server.get("/options", (request, response) => {
  response.json(lodash.merge({ currency: "EUR" }, request.query));
});

server.listen(3000);
