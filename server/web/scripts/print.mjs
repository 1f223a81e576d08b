// Where a script runs, a page can offer to print itself.
const button = document.getElementById('print');
button.hidden = false;
button.addEventListener('click', () => print());
