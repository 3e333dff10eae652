/** The truth is held against published decimals (Abramowitz and Stegun; Sloane's sequences) far beyond double precision. */
import { expect, it } from 'vitest';
import { type BigFloat, big, exponentOf, sub } from './big-float.ts';
import * as truth from './true-functions.ts';

/** The first `digits` digits behind the point. */
function decimals({ mantissa, exponent }: BigFloat, digits = 40): string {
  const size = mantissa < 0n ? -mantissa : mantissa;
  const value = (size * 10n ** BigInt(digits)) >> BigInt(-exponent);
  const text = value.toString().padStart(digits + 1, '0');
  return `${mantissa < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

it.each([
  ['exp 1', truth.exp(big(1)), '2.7182818284590452353602874713526624977572'],
  ['ln 2', truth.log(big(2)), '0.6931471805599453094172321214581765680755'],
  ['4 atan 1', truth.atan(big(1)), '0.7853981633974483096156608458198757210492'],
  ['sin 1', truth.sin(big(1)), '0.8414709848078965066525023216302989996225'],
  ['cos 1', truth.cos(big(1)), '0.5403023058681397174009366074429766037323'],
  ['sin 10²²', truth.sin(big(1e22)), '-0.8522008497671888017727058937530293682618'],
  ['asin ½ = π/6', truth.asin(big(0.5)), '0.5235987755982988730771072305465838140328'],
  ['acos ½ = π/3', truth.acos(big(0.5)), '1.0471975511965977461542144610931676280657'],
  ['tanh 1', truth.tanh(big(1)), '0.7615941559557648881194582826047935904127'],
  ['asinh 1', truth.asinh(big(1)), '0.8813735870195430252326093249797923090281'],
  ['∛2', truth.cbrt(big(2)), '1.2599210498948731647672106072782283505702'],
  ['erf 1', truth.erf(big(1)), '0.8427007929497148693412206350826092592960'],
  ['erfc 2', truth.erfc(big(2)), '0.0046777349810472658379307436327470713891'],
  ['erfInv ½', truth.erfInv(big(0.5)), '0.4769362762044698733814183536431305598089'],
  ['ln Γ(½) = ln √π', truth.lgamma(big(0.5)), '0.5723649429247000870717136756765293558236'],
  ['ψ(1) = −γ', truth.digamma(big(1)), '-0.5772156649015328606065120900824024310421'],
  ['log₁₀ 2', truth.log10(big(2)), '0.3010299956639811952137388947244930267681'],
])('%s', (_, found, published) => {
  expect(decimals(found).slice(0, -1)).toBe(published.slice(0, -1));
});

it('functions undo each other to 200 bits', () => {
  for (const x of [1e-300, 2 ** -30, 0.3, 0.75].map(big)) {
    const near = (found: BigFloat): void => expect(exponentOf(sub(found, x))).toBeLessThan(exponentOf(x) - 200);
    near(truth.log1p(truth.expm1(x)));
    near(truth.sinh(truth.asinh(x)));
    near(truth.atanh(truth.tanh(x)));
    near(truth.erf(truth.erfInv(x)));
    near(truth.tan(truth.atan(x)));
    near(truth.pow(truth.cbrt(x), big(3)));
  }
});
