# Save as tickmark-collector.tf and run: terraform apply
variable "tickmark_principal" {
  type        = string
  description = "ARN of who may assume the role."
  default     = "arn:aws:iam::111122223333:role/tickmark"
}

variable "tickmark_external_id" {
  type        = string
  description = "External id that must be given to assume the role; empty asks for none."
  default     = "estate-1"
  sensitive   = true
}

resource "aws_iam_role" "tickmark_collector" {
  name                 = "TickmarkCollector"
  description          = "Tickmark reads this account's configuration with it."
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge({
      Sid       = "TickmarkAssumes"
      Effect    = "Allow"
      Principal = { AWS = var.tickmark_principal }
      Action    = "sts:AssumeRole"
      }, {
      for key, value in { Condition = { StringEquals = { "sts:ExternalId" = var.tickmark_external_id } } } :
      key => value if var.tickmark_external_id != ""
    })]
  })
}

resource "aws_iam_policy" "tickmark_collector_1" {
  name        = "TickmarkCollector-1"
  description = "What Tickmark reads, part 1 of 1."
  policy      = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "TickmarkCollectorApigateway",
        "Effect": "Allow",
        "Action": "apigateway:GET",
        "Resource": [
          "arn:aws:apigateway:*::/restapis",
          "arn:aws:apigateway:*::/restapis/*"
        ]
      },
      {
        "Sid": "TickmarkCollector",
        "Effect": "Allow",
        "Action": [
          "ec2:DescribeVolumes",
          "s3:ListAllMyBuckets"
        ],
        "Resource": "*"
      }
    ]
  })
}

resource "aws_iam_role_policy_attachment" "tickmark_collector_1" {
  role       = aws_iam_role.tickmark_collector.name
  policy_arn = aws_iam_policy.tickmark_collector_1.arn
}

output "tickmark_role_arn" {
  value = aws_iam_role.tickmark_collector.arn
}
