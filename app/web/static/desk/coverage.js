// The counties as a map: what the table says, seen at once. No tiles, no other server.
(async () => {
  "use strict";
  const box = document.getElementById("map");
  if (!box) return;
  const answer = await fetch(box.dataset.counties, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const counties = await answer.json();
  if (!counties.features.length) return;
  box.hidden = false;
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  const layer = L.geoJSON(counties, {
    style: (county) => ({ className: `county ${county.properties.look}` }),
    onEachFeature: (county, shape) => {
      const { name, words, sign, code } = county.properties;
      const told = document.createElement("span");
      told.textContent = `${name}: ${words}`;
      shape.bindTooltip(told, { sticky: true });
      const address = new URL(box.dataset.prices, location.href);
      address.searchParams.set("county", code);
      shape.on("click", () => { location.href = address; });
      if (sign) {
        const mark = L.tooltip({ permanent: true, direction: "center", className: "county-sign", interactive: false });
        mark.setLatLng(shape.getBounds().getCenter()).setContent(sign);
        mark.addTo(map);
      }
    },
  });
  map.fitBounds(layer.getBounds());
  layer.addTo(map);
})();
