"""What the renderer does not know it refuses with the file and the field, and never leaves out."""

from pathlib import Path

import pytest

from twin.manifests import ManifestError, render

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: web, image: "web:1"}]
"""


def kustomization(folder: Path, text: str, **files: str) -> Path:
    (folder / "web.yaml").write_text(DEPLOYMENT)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content)
    (folder / "kustomization.yaml").write_text("resources: [web.yaml]\n" + text)
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("namePrefix: a-", "namePrefix"),
        ("commonLabels: {a: b}", "commonLabels"),
        ("replicas: [{name: web, count: 2}]", "replicas"),
        ("helmCharts: [{name: web}]", "helmCharts"),
        ("labels: [{pairs: {a: b}, includeSelectors: true}]", "includeSelectors"),
        ("images: [{name: web, newTag: '2', digest: 'sha256:0'}]", "newTag"),
        ("patches: [{path: web.yaml, options: {allowKindChange: true}}]", "options"),
        ("configMapGenerator: [{name: a, behavior: replace, literals: [A=b]}]", "behavior"),
        ("configMapGenerator: [{name: a, behavior: merge, literals: [A=b]}]", "merges into a map"),
        ("configMapGenerator: [{name: a, literals: [A]}]", "KEY=VALUE"),
        ("components: [nowhere]", "nowhere"),
    ],
)
def test_what_is_not_known_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        render(kustomization(tmp_path, text))


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ("[{op: test, path: /kind, value: Deployment}]", "test"),
        ("[{op: remove, path: /spec/nothing}]", "nothing"),
        ("[{op: replace, path: /spec/template/spec/containers/7/image, value: a}]", "not there"),
        ("{spec: {template: {spec: {$patch: delete}}}}", r"\$patch"),
        ("{spec: {template: {spec: {tolerations: [{operator: Exists}]}}}}", "tolerations"),
    ],
)
def test_a_patch_that_is_not_known_is_refused(tmp_path: Path, patch: str, said: str) -> None:
    text = "patches: [{path: patch.yaml, target: {kind: Deployment, name: web}}]"
    written = patch if patch.startswith("[") else f"{patch[:-1]}, metadata: {{}}}}"

    with pytest.raises(ManifestError, match=said):
        render(kustomization(tmp_path, text, patch=written))


def test_a_patch_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    text = "patches: [{path: patch.yaml, target: {kind: Deployment, name: other}}]"

    with pytest.raises(ManifestError, match="other"):
        render(kustomization(tmp_path, text, patch="[{op: remove, path: /kind}]"))


def test_a_changed_setting_gives_the_map_another_name_and_its_users_follow(tmp_path: Path) -> None:
    user = "spec: {template: {spec: {volumes: [{name: v, configMap: {name: settings}}]}}}\nmetadata: {}"

    def names(value: str) -> tuple[str, str]:
        text = (
            f"namespace: shop\nconfigMapGenerator: [{{name: settings, literals: [A={value}]}}]\n"
            "patches: [{path: user.yaml, target: {kind: Deployment, name: web}}]"
        )
        web, settings = render(kustomization(tmp_path, text, user=user))
        return settings["metadata"]["name"], web["spec"]["template"]["spec"]["volumes"][0]["configMap"][
            "name"
        ]

    assert names("b")[0] == names("b")[1] != names("c")[0] == names("c")[1]
