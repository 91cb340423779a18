"""The design's tables, copied as data: what the deployed environment is compared with.

Where the design was superseded, the value that took its place stands here, with the reason.
"""

VPC_CIDR = "10.0.0.0/16"
REGION = "ap-northeast-1"

SUBNETS = {
    # name: zone, addresses
    "Public Subnet 1": ("ap-northeast-1a", "10.0.1.0/24"),
    "Public Subnet 2": ("ap-northeast-1c", "10.0.2.0/24"),
    "Public Subnet 3": ("ap-northeast-1d", "10.0.3.0/24"),
    "Private Subnet 1 (EKS)": ("ap-northeast-1a", "10.0.11.0/24"),
    "Private Subnet 2 (EKS)": ("ap-northeast-1c", "10.0.12.0/24"),
    "Private Subnet 3 (EKS)": ("ap-northeast-1d", "10.0.13.0/24"),
    "Private Subnet 4 (Data)": ("ap-northeast-1a", "10.0.21.0/24"),
    "Private Subnet 5 (Data)": ("ap-northeast-1c", "10.0.22.0/24"),
}

NAT_SUBNETS = {"Public Subnet 1", "Public Subnet 2"}
"""The subnets whose purpose names a NAT gateway."""

WAYS_OUT = {
    # name: how 0.0.0.0/0 leaves; None for not at all. The nodes of the third zone leave by the first gateway.
    "Public Subnet 1": "internet gateway",
    "Public Subnet 2": "internet gateway",
    "Public Subnet 3": "internet gateway",
    "Private Subnet 1 (EKS)": "NAT in Public Subnet 1",
    "Private Subnet 2 (EKS)": "NAT in Public Subnet 2",
    "Private Subnet 3 (EKS)": "NAT in Public Subnet 1",
    "Private Subnet 4 (Data)": None,
    "Private Subnet 5 (Data)": None,
}

SECURITY_GROUPS: dict[str, tuple[set[tuple[str, str]], set[tuple[str, str]]]] = {
    # group: (what it hears, what it says), each as (ports, who)
    "LoadBalancerSecurityGroup": ({("tcp 443", "0.0.0.0/0")}, {("all", "NodeSecurityGroup")}),
    "NodeSecurityGroup": (
        {("all", "LoadBalancerSecurityGroup"), ("all", "NodeSecurityGroup")},
        {("all", "0.0.0.0/0")},
    ),
    "DatabaseSecurityGroup": ({("tcp 5432", "NodeSecurityGroup")}, set()),
    "CacheSecurityGroup": ({("tcp 6379", "NodeSecurityGroup")}, set()),
}

NOWHERE = "255.255.255.255/32"
"""An outbound rule to it stands for none: without any, EC2 keeps its open default."""

CLUSTER = "sre-portfolio-cluster"
KUBERNETES = "1.35"
"""The design's 1.28 cannot be created any more."""
NODES = {
    "instanceTypes": ["t3.medium"],
    "capacityType": "ON_DEMAND",
    "amiType": "AL2023_x86_64_STANDARD",  # the design's Amazon Linux 2 has no current images
    "scalingConfig": {"minSize": 2, "maxSize": 6, "desiredSize": 3},
}
VOLUME = {"VolumeType": "gp3", "VolumeSize": 20, "Encrypted": True, "DeleteOnTermination": True}
SPOT_SHARE = 0.5
ADDONS = {
    "vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver", "eks-pod-identity-agent", "metrics-server",
    "amazon-cloudwatch-observability",
}  # fmt: skip
"""The design's three, what the cluster needs beside them, and what gives the alarms their figures."""

ROLE_POLICIES = {
    "ClusterRole": {"AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"},
    "NodeRole": {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEKS_CNI_Policy",
    },
}

IDENTITIES = {
    # service account: namespace
    "external-secrets": "external-secrets",
    "aws-load-balancer-controller": "kube-system",
    "cluster-autoscaler": "kube-system",
    "fluent-bit": "logging",
    "velero": "velero",
    "alertmanager": "monitoring",
}

DATABASE = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "StorageType": "gp3",
    "MultiAZ": True,
    "BackupRetentionPeriod": 7,
    "StorageEncrypted": True,
    "DBName": "taskmanager",
    "PubliclyAccessible": False,
    "DeletionProtection": True,
}
DATABASE_PORT = 5432
DATABASE_MAJOR = "15."

CACHE = {
    "CacheNodeType": "cache.t3.micro",
    "AutomaticFailover": "enabled",
    "MultiAZ": "enabled",
    "TransitEncryptionEnabled": True,
    "AtRestEncryptionEnabled": True,
    "AuthTokenEnabled": True,
}
CACHE_ENGINE = ("redis", "7.1")
"""The design's 7.0 cannot be created any more."""
CACHE_NODES = 2

LOG_GROUPS = {
    "/aws/eks/sre-portfolio-cluster/application/api-service",
    "/aws/eks/sre-portfolio-cluster/application/frontend-service",
    "/aws/eks/sre-portfolio-cluster/system/kube-system",
}
LOG_DAYS = 7

ALARMS = {
    # name: comparison, threshold, seconds that it must last, percentile or None
    "High CPU Usage": ("GreaterThanThreshold", 80.0, 300),
    "High Memory Usage": ("GreaterThanThreshold", 85.0, 300),
    "High Error Rate": ("GreaterThanThreshold", 5.0, 180),
    "Low Availability": ("LessThanThreshold", 2.0, 120),
    "RDS High Connections": ("GreaterThanThreshold", 80.0, None),
    "API Latency": ("GreaterThanThreshold", 0.5, None),
}

MISSING_DATA = {
    # The corrections: no figures of a pod are no news, no targets are the worst news.
    "High CPU Usage": "missing",
    "High Memory Usage": "missing",
    "High Error Rate": "notBreaching",
    "Low Availability": "breaching",
    "RDS High Connections": "missing",
    "API Latency": "notBreaching",
}

BURNS = {
    # speed: burn rate, long window and short window in seconds
    "Fast": (14.4, 3600, 300),
    "Medium": (6.0, 21600, 1800),
    "Slow": (3.0, 86400, 7200),
}

SECRETS = {
    "toban/prod/database-api",
    "toban/prod/database-worker",
    "toban/prod/grafana",
    "toban/prod/jwt",
    "toban/prod/monitoring",
    "toban/prod/redis",
}
REPOSITORIES = {"api-service", "frontend-service"}
RECOVERY_REGION = "ap-northeast-3"
HOSTS = {"api.sre-portfolio.example.com", "app.sre-portfolio.example.com"}
