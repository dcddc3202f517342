"""CloudFront distributions. moto keeps no S3 settings and no access control of an origin."""

from peers.item import item, shaped, tags
from peers.world import variants

CHECKS = "cloudfront_distributions_"
PAIRS = [
    ("CLOUDFRONT_ACCESSLOGS_ENABLED", CHECKS + "logging_enabled"),
    ("CLOUDFRONT_ASSOCIATED_WITH_WAF", CHECKS + "using_waf"),
    ("CLOUDFRONT_CUSTOM_SSL_CERTIFICATE", CHECKS + "custom_ssl_certificate"),
    ("CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED", CHECKS + "default_root_object"),
    ("CLOUDFRONT_NO_DEPRECATED_SSL_PROTOCOLS", CHECKS + "using_deprecated_ssl_protocols"),
    ("CLOUDFRONT_SNI_ENABLED", CHECKS + "https_sni_enabled"),
    ("CLOUDFRONT_TRAFFIC_TO_ORIGIN_ENCRYPTED", CHECKS + "origin_traffic_encrypted"),
    ("CLOUDFRONT_VIEWER_POLICY_HTTPS", CHECKS + "https_enabled"),
]

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"


def seed(c):
    hardened = {
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""},
        "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b", "DefaultRootObject": "index.html",
        "ViewerCertificate": certificate("sni-only"), "Viewer": "redirect-to-https", "Origin": "https-only",
        "Protocols": ["TLSv1.2"]}
    plain = {"Viewer": "allow-all", "Origin": "http-only", "Protocols": ["SSLv3", "TLSv1.2"], "ViewerCertificate": {"CloudFrontDefaultCertificate": True}}
    for name, settings in variants(hardened, plain):
        create(c, name, settings)
    create(c, "old-tls", {**hardened, "Protocols": ["TLSv1", "TLSv1.2"]})
    create(c, "own-address", {**hardened, "ViewerCertificate": certificate("vip")})


def certificate(method):
    return {"CloudFrontDefaultCertificate": False, "ACMCertificateArn": CERTIFICATE, "Certificate": CERTIFICATE, "CertificateSource": "acm", "SSLSupportMethod": method, "MinimumProtocolVersion": "TLSv1.2_2021"}


def create(c, name, settings):
    protocols = {"Quantity": len(settings["Protocols"]), "Items": settings["Protocols"]}
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": settings["Origin"], "OriginSslProtocols": protocols}
    origins = [{"Id": id, "DomainName": id + ".example.org", "CustomOriginConfig": custom} for id in ("first", "second")]
    config = {
        "CallerReference": name, "Comment": name, "Enabled": True, "Origins": {"Quantity": 2, "Items": origins},
        "DefaultCacheBehavior": {"TargetOriginId": "first", "ViewerProtocolPolicy": settings["Viewer"], "MinTTL": 0, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}},
        **{k: v for k, v in settings.items() if k not in ("Viewer", "Origin", "Protocols")}}
    c("cloudfront").create_distribution_with_tags(DistributionConfigWithTags={"DistributionConfig": config, "Tags": {"Items": [{"Key": "Name", "Value": name}]}})


def record(c):
    typ = "AWS::CloudFront::Distribution"
    for s in c("cloudfront").list_distributions()["DistributionList"].get("Items", []):
        d = c("cloudfront").get_distribution(Id=s["Id"])["Distribution"]
        names = tags(c("cloudfront").list_tags_for_resource(Resource=d["ARN"])["Tags"]["Items"])
        yield item(typ, d["Id"], shaped(typ, d), name=d["DomainName"], arn=d["ARN"], region="global", tags=names)
