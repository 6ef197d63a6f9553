provider "aws" {
  region     = "eu-central-1"
  access_key = "AKIANOTAREALKEY2357Q"
}
