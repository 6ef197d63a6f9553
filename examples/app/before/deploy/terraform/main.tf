# The shop's corner of the cloud.

resource "aws_s3_bucket" "pictures" {
  bucket = "corner-shop-pictures"
  acl    = "public-read"
}

resource "aws_security_group" "web" {
  name        = "corner-shop-web"
  description = "Lets customers in"

  ingress {
    description = "Remote login"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_db_instance" "orders" {
  identifier          = "corner-shop-orders"
  engine              = "postgres"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  username            = "shop"
  password            = "made-up-Db9xK2vQ7"
  storage_encrypted   = false
  publicly_accessible = true
}
