"""Each trick of the fast recipe against its slow twin."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.mnist import crop, fast, graph, hard, ladder
from course.mnist.data import Digits, as_input
from course.mnist.muon import Adam, Muon, orthogonal
from course.mnist.norm import EPSILON, Norm
from course.mnist.train import evaluate

CPU = torch.device("cpu")
SMALL = replace(fast.FASTEST, samples=192, hardest=100)  # bf16 is slow where there is none


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def some_weights(geometry, memory=torch.contiguous_format):
    """Weights with biases that matter, conv1's apart where the geometry leaves none."""
    weights = crop.initial(geometry, memory, generator(), CPU)
    for name in ("bias2", "bias3", "bias4") + (("bias1",) if geometry is crop.FULL else ()):
        getattr(weights, name).uniform_(-0.2, 0.2, generator=generator(1))
    return weights


def net_of(weights, recipe):
    return fast.finished(weights, recipe)


# ------------------------------------------------------------------------------- the network


@pytest.mark.parametrize("half", [False, True], ids=["CHW", "HWC"])
@pytest.mark.parametrize("cropped", [False, True], ids=["full", "middle"])
def test_the_function_equals_the_full_network(digits, cropped, half):
    # The stand-in digits are blank outside the middle 20x20, so the crop is exact on them.
    recipe = replace(SMALL, cropped=cropped, half=half)
    weights = some_weights(recipe.geometry, recipe.memory)
    images = digits.test.images[:50]
    x = crop.inputs(images, recipe.geometry, torch.float32, recipe.memory)
    ours = crop.scores(weights, x, recipe.geometry)
    with torch.no_grad():
        theirs = net_of(weights, recipe)(as_input(images))
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_the_ladder_says_how_little_the_crop_leaves_out_and_saves(mnist):
    (why,) = (rung.why for rung in ladder.LADDER if rung.name == "only the middle")
    edge = mnist.train.images.clone()
    edge[:, crop.EDGE : -crop.EDGE, crop.EDGE : -crop.EDGE] = 0
    share = edge.double().sum() / mnist.train.images.double().sum()
    assert f"Only {share:.0%} of all ink".replace("%", " %") in why

    def products(geometry):  # of both convolutions: outputs, times what each adds up
        first = geometry.side + 2 * geometry.padding1 - 4
        second = first // 2 + 2 * geometry.padding2 - 4
        return first**2 * 32 * 25 + second**2 * 64 * 32 * 25

    assert products(crop.MIDDLE) / products(crop.FULL) == pytest.approx(0.5, abs=0.03)
    assert "half of the convolutions' work is gone" in why


def test_without_its_conditions_the_crop_is_not_exact(digits):
    recipe, images = replace(SMALL, cropped=True), digits.test.images[:50]

    def error(weights, geometry):
        x = crop.inputs(images, geometry, torch.float32, torch.contiguous_format)
        with torch.no_grad():
            theirs = net_of(weights, recipe)(as_input(images))
        return (crop.scores(weights, x, geometry) - theirs).abs().max().item()

    weights = some_weights(crop.MIDDLE)
    assert error(weights, crop.MIDDLE) < 1e-5
    assert error(weights, crop.Geometry(20, 2, 2, 5)) > 1e-3, (
        "what reaches beyond the middle is missing"
    )
    weights.bias1.fill_(0.5)
    assert error(weights, crop.MIDDLE) > 1e-3, "blank is blank no longer"


def test_bf16_equals_float32_within_its_precision(digits):
    weights = some_weights(crop.MIDDLE, torch.channels_last)
    images = digits.test.images[:100]
    exact, half = (
        crop.scores(
            crop.Weights(*(w.to(dtype) for w in weights)),
            crop.inputs(images, crop.MIDDLE, dtype, torch.channels_last),
            crop.MIDDLE,
        ).float()
        for dtype in (torch.float32, torch.bfloat16)
    )
    # bf16 keeps 8 bits: 0.4 % a rounding, and roundings add up over four layers.
    assert (exact - half).norm() / exact.norm() < 0.02


def test_inputs_lie_as_the_recipe_says(digits):
    x = crop.inputs(digits.test.images[:4], crop.MIDDLE, torch.bfloat16, torch.channels_last)
    assert x.shape == (4, 1, 20, 20) and x.stride() == (400, 1, 20, 1)
    w = crop.initial(crop.MIDDLE, torch.channels_last, generator(), CPU)
    out = torch.conv2d(x, w.conv1.bfloat16(), padding=4)
    assert out.is_contiguous(memory_format=torch.channels_last), "or pooling is four times slower"


def test_gradients_equal_the_full_networks(digits):
    recipe = replace(SMALL, half=False)
    weights = crop.Weights(*(w.requires_grad_() for w in some_weights(crop.MIDDLE)))
    part = digits.train[:20]
    x = crop.inputs(part.images, crop.MIDDLE, torch.float32, torch.contiguous_format)
    with torch.no_grad():
        net = net_of(weights, recipe)
    net.requires_grad_(True)
    losses = [crop.scores(weights, x, crop.MIDDLE), net(as_input(part.images))]
    for out in losses:
        torch.nn.functional.cross_entropy(out, part.labels).backward()
    torch.testing.assert_close(weights.conv2.grad, net.conv2.weight.grad, rtol=1e-3, atol=1e-6)
    # Inputs are 1 / 0.3 times larger here, and conv1's weights as much smaller there.
    torch.testing.assert_close(
        weights.conv1.grad * crop.BLACK, net.conv1.weight.grad, rtol=1e-3, atol=1e-6
    )


# ------------------------------------------------------------------------------- normalisation


def some_outputs(norm, weights, images):
    x = crop.inputs(images, crop.MIDDLE, torch.float32, torch.channels_last)
    return crop.scores(weights, x, crop.MIDDLE, norm)


def test_normalising_is_torchs_own_and_what_it_measured_can_be_folded_away(digits):
    weights = some_weights(crop.MIDDLE, torch.channels_last)
    norm, twin = Norm(CPU), torch.nn.BatchNorm2d(64, EPSILON, momentum=None, affine=False)
    for step in range(5):  # no more than ten: all batches count alike, which is torch's None
        x = torch.randn(32, 64, 5, 5, generator=generator(step)) * (1 + step) + step
        norm.begin(step)
        torch.testing.assert_close(norm("conv2", x), twin(x))
    torch.testing.assert_close(norm.mean["conv2"], twin.running_mean)
    torch.testing.assert_close(norm.variance["conv2"], twin.running_var)
    norm.begin(0)
    images = digits.train.images[:200]
    out = some_outputs(norm, weights, images)  # normalised by these very digits
    assert not torch.allclose(out, some_outputs(crop.as_it_is, weights, images), atol=0.05)
    plainly = some_outputs(crop.as_it_is, norm.folded(weights), images)
    # what is kept is the unbiased variance, 1/200 larger than the batch's own
    torch.testing.assert_close(out, plainly, rtol=0.02, atol=5e-3)


def test_later_batches_count_more_once_there_are_ten():
    norm, latest = Norm(CPU), []
    for step in range(30):
        norm.begin(step)
        norm("dense1", torch.full((2, 1024), float(step)))
        latest.append(norm.mean["dense1"][0].item())
    assert latest[9] == pytest.approx(4.5), "the mean of 0 to 9"
    expected = 4.5
    for step in range(10, 30):
        expected = 0.9 * expected + 0.1 * step
    assert latest[-1] == pytest.approx(expected)


def test_the_last_weights_are_averaged(digits):
    alike = replace(SMALL, normalised=False, half=False, samples=640)
    draws = fast.draw(alike, len(digits.train), 0, CPU)
    seen = []
    lerp = torch._foreach_lerp_

    def watched(averaged, masters, share):
        seen.append([weight.clone() for weight in masters])
        before = [weight.clone() for weight in averaged]
        lerp(averaged, masters, share)
        for old, new, now in zip(before, masters, averaged, strict=True):
            torch.testing.assert_close(now, 0.9 * old + 0.1 * new)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "_foreach_lerp_", watched)
        averaged = fast.learn(alike, digits.train, draws)
    assert len(seen) == 3, "of ten steps, the last four, of which the first begins the average"
    last = fast.learn(replace(alike, average=0.0), digits.train, draws)
    assert torch.equal(seen[-1][4], last.dense1), "averaging does not change how it learns"
    assert not torch.equal(averaged.dense1, last.dense1)


# ------------------------------------------------------------------------------- the optimisers


@settings(max_examples=25)
@given(st.integers(2, 40), st.integers(0, 60), st.integers(0, 10_000))
def test_muon_makes_all_directions_equally_long(rows, more, seed):
    matrix = torch.randn(rows, rows + 8 + more, generator=generator(seed))
    made = orthogonal(matrix, steps=5, dtype=torch.float32)
    before, after = (torch.linalg.svdvals(m) for m in (matrix, made))
    assert after.max() < 1.3
    # A direction that the gradient hardly has is not pulled up all the way in five steps.
    assert after[before > 0.05 * before.norm()].min() > 0.6
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    inner = (made * (left @ right)).sum() / made.norm() / rows**0.5
    assert inner > 0.9, "the directions are the gradient's own"


def test_orthogonal_takes_tall_matrices_and_any_scale():
    matrix = torch.randn(50, 20, generator=generator())
    made = orthogonal(matrix, 5, torch.float32)
    assert torch.equal(made, orthogonal(matrix.T, 5, torch.float32).T)
    torch.testing.assert_close(
        made, orthogonal(1e-3 * matrix, 5, torch.float32), rtol=0.02, atol=1e-3
    )


def test_a_muon_step_is_as_long_as_its_rate():
    weight = torch.randn(64, 32, 5, 5, generator=generator())
    muon = Muon(weight, momentum=0.6, steps=5, dtype=torch.float32)
    muon.step(torch.randn(64, 32, 5, 5, generator=generator(1)), rate=0.0)
    assert weight.norm() == pytest.approx(8, rel=1e-4)
    before = weight.clone()
    muon.step(torch.randn(64, 32, 5, 5, generator=generator(2)), rate=0.1)
    assert (weight - before).norm() == pytest.approx(0.1 * 8, rel=0.3)


def test_adam_is_torchs_own():
    ours, theirs = (torch.linspace(-1, 1, 12).view(3, 4).clone() for _ in range(2))
    adam = Adam({"it": ours}, betas=(0.7, 0.9))
    theirs.requires_grad_()
    twin = torch.optim.Adam([theirs], lr=0.05, betas=(0.7, 0.9))
    for step in range(5):
        gradient = torch.randn(3, 4, generator=generator(step))
        adam.step({"it": gradient}, 0.05)
        theirs.grad = gradient.clone()
        twin.step()
    torch.testing.assert_close(ours, theirs.detach())


# ------------------------------------------------------------------------------- hard digits


def test_features_are_the_pooled_middle(digits):
    images = digits.test.images[:30]
    pooled = torch.nn.functional.avg_pool2d(images[:, 4:24, 4:24].float().unsqueeze(1), 2)
    torch.testing.assert_close(hard.features(images), (pooled.flatten(1) - 50) / 80)


def test_the_rate_is_a_triangle():
    shares = [hard.triangle(step, 100, 0.2) for step in range(100)]
    assert 0 < shares[0] < 0.03 and 0 < shares[-1] < 0.01
    assert max(shares) > 0.97 and 18 <= shares.index(max(shares)) <= 20
    assert sum(shares) / 100 == pytest.approx(0.5, abs=0.01)


def test_wrong_labels_are_found_hard(digits):
    train = digits.train
    every = Digits(train.images.repeat(8, 1, 1), train.labels.repeat(8))
    wrong = torch.randperm(len(every), generator=generator())[:100]
    labels = every.labels.clone()
    labels[wrong] = (labels[wrong] + 5) % 10
    order = torch.randperm(len(every), generator=generator(2))
    found = hard.losses(every.images, labels, order, hard.initial(generator(1), CPU))
    hardest = set(found.topk(300).indices.tolist())
    assert len(hardest & set(wrong.tolist())) > 60
    assert found.shape == (len(every),) and not found.requires_grad


def test_few_digits_are_seen_again_before_the_recipe_runs_out(digits):
    draws = fast.draw(fast.FASTEST, len(digits.train), 0, CPU)
    times = torch.bincount(draws.hard)
    assert len(times) == len(digits.train) and times.max() - times.min() <= 1


def test_easy_and_hard_digits_are_mixed_in_the_recipes_shares(digits):
    recipe = replace(SMALL, samples=640, hardest=500, easy=0.25)
    draws = fast.draw(recipe, len(digits.train), 0, CPU)
    assert (len(draws.easy), len(draws.hard), len(draws.order)) == (160, 480, 640)
    chosen = fast.chosen(recipe, digits.train, draws)
    difficulty = hard.losses(digits.train.images, digits.train.labels, draws.proxy, draws.tiny)
    pool = difficulty.topk(500).indices
    assert torch.isin(chosen, pool).sum() >= 480


# ------------------------------------------------------------------------------- the whole


def test_a_seed_repeats_everything_and_draws_are_left_alone(digits):
    draws = fast.draw(SMALL, len(digits.train), 3, CPU)
    first, again = (fast.learn(SMALL, digits.train, draws) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    net = fast.train(digits.train, SMALL, seed=3)
    assert torch.equal(net.dense2.weight, first.dense2)
    assert not torch.equal(fast.train(digits.train, SMALL, seed=4).dense2.weight, first.dense2)


def test_a_recording_reads_the_new_draws(digits):
    # What a CUDA graph does, without one: fixed memory, refilled.
    recorded = fast.draw(SMALL, len(digits.train), 0, CPU)
    places = [tensor.data_ptr() for tensor in graph._tensors(recorded)]
    graph.refill(recorded, fast.draw(SMALL, len(digits.train), 1, CPU))
    assert places == [tensor.data_ptr() for tensor in graph._tensors(recorded)]
    ours = fast.learn(SMALL, digits.train, recorded)
    assert torch.equal(ours.dense2, fast.train(digits.train, SMALL, 1).dense2.weight)


def test_a_graph_needs_a_card(digits):
    with pytest.raises(RuntimeError, match="which needs no graph"):
        graph.Graph(digits.train)


def test_learning_reads_nothing_back(digits, monkeypatch):
    # A number read back from a card would wait for it, and a graph cannot hold it.
    def read_back(*_):
        raise AssertionError("learn reads a number back from the device")

    draws = fast.draw(SMALL, len(digits.train), 0, CPU)
    for name in ("item", "tolist", "cpu", "numpy", "__bool__", "__float__", "__int__"):
        monkeypatch.setattr(torch.Tensor, name, read_back)
    fast.learn(SMALL, digits.train, draws)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_graph_learns_what_the_loop_learns(digits):
    train = digits.train.to("cuda")
    ours = graph.Graph(train, SMALL).learn(5)
    theirs = fast.learn(SMALL, train, fast.draw(SMALL, len(train), 5, train.labels.device))
    torch.testing.assert_close(ours.dense2, theirs.dense2, rtol=0.05, atol=5e-3)


def test_the_recipe_learns_mnist(mnist):
    recipe = replace(fast.FASTEST, samples=1920)
    net = fast.train(mnist.train[:20_000], recipe, seed=0)
    assert sum(p.numel() for p in net.parameters()) == 3_274_634
    assert evaluate(net, mnist.validation[:1000]).accuracy > 0.96
